import { useEffect, useState } from "react";

/** A WebSocket that stays open, and the server's events: what a proxy between us is most likely to break. */
export function Live() {
  const [socket, setSocket] = useState("connecting");
  const [ticks, setTicks] = useState(0);

  useEffect(() => {
    const scheme = location.protocol === "https:" ? "wss" : "ws";
    const connection = new WebSocket(`${scheme}://${location.host}/api/socket`);
    connection.onopen = () => connection.send("ping");
    connection.onmessage = ({ data }) => data === "ping" && setSocket("open");
    connection.onclose = () => setSocket("closed");
    return () => {
      connection.onclose = null;
      connection.close();
    };
  }, []);

  useEffect(() => {
    const events = new EventSource("/api/events");
    events.addEventListener("tick", () => setTicks((count) => count + 1));
    return () => events.close();
  }, []);

  return (
    <section aria-label="Live">
      <h2>Live</h2>
      <p>
        WebSocket <b data-testid="socket">{socket}</b> · <b data-testid="ticks">{ticks}</b> events received
      </p>
    </section>
  );
}
