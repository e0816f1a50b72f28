import { routeFiles } from "../render/index.ts";
import { TestHost } from "./host.ts";
import { Load } from "./load.ts";
import { pause, TestService } from "./service.ts";

// What moving traffic costs, and what a structural reload costs, on the machine's own nginx:
//   node infra/gateway/testing/reload-loss.ts [<keepalive_min_timeout in seconds, nginx 1.27.4 or later>]

const rounds = 20;
const host = new TestHost("127.0.93.6", 29300);
const service = new TestService(host, "org1/react-ui", 29310);
const minimum = process.argv[2];

async function measure(what: string, act: (round: number) => Promise<unknown>): Promise<void> {
  const load = new Load(host.address, host.ports.site, 32, 5);
  for (let round = 1; round <= rounds; round++) {
    await act(round);
    await pause(100);
  }
  const { sent, failures } = await load.stop();
  const kinds = [...new Set(failures)].map((kind) => `${failures.filter((one) => one === kind).length} x ${kind}`);
  console.log(`${what}: ${rounds} times, ${failures.length} of ${sent} requests failed ${kinds.join(", ")}`);
}

try {
  await host.applyBase(minimum === undefined ? {} : { keepaliveMinSeconds: Number(minimum) });
  await host.start();
  await service.up();
  await service.settle(1, "blue");
  await measure("settled marker moved", (round) => service.settle(round + 1, round % 2 === 0 ? "blue" : "green"));
  await measure("structural reload", (round) =>
    host.run(
      host.calls.apply(
        { service: service.name },
        routeFiles(host.root, { ...service.route, bodyMegabytes: 100 + round }),
      ),
    ),
  );
} finally {
  await host.stop();
  await service.down();
}
