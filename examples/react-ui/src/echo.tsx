import { type FormEvent, useState } from "react";

interface Answer {
  readonly id: number;
  readonly text: string;
  readonly from: string;
  readonly milliseconds: number;
}

/** Sends a message by POST and shows which copy answered, and how fast. */
export function Echo() {
  const [text, setText] = useState("");
  const [answers, setAnswers] = useState<readonly Answer[]>([]);
  const [failure, setFailure] = useState("");

  const send = async (event: FormEvent) => {
    event.preventDefault();
    const began = performance.now();
    try {
      const response = await fetch("/api/echo", {
        method: "POST",
        headers: { "content-type": "text/plain" },
        body: text,
      });
      if (!response.ok) throw new Error(`the service answered ${response.status}`);
      const answer = {
        id: began,
        text: await response.text(),
        from: [response.headers.get("x-version"), response.headers.get("x-slot")].filter(Boolean).join(" "),
        milliseconds: Math.round(performance.now() - began),
      };
      setAnswers((all) => [answer, ...all].slice(0, 5));
      setFailure("");
      setText("");
    } catch (error) {
      setFailure(error instanceof Error ? error.message : String(error));
    }
  };

  return (
    <section aria-label="Echo">
      <h2>Echo</h2>
      <form onSubmit={(event) => void send(event)}>
        <input aria-label="Message" value={text} onChange={(event) => setText(event.target.value)} required />
        <button type="submit">Send</button>
      </form>
      {failure && <p role="alert">{failure}</p>}
      <ol className="answers" data-testid="answers">
        {answers.map((answer) => (
          <li key={answer.id}>
            <q>{answer.text}</q> <small>{`${answer.from}, ${answer.milliseconds} ms`}</small>
          </li>
        ))}
      </ol>
    </section>
  );
}
