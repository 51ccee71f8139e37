// A line between browser and server that can go dead: what is sent into it is lost, and nobody is told.
import { once } from "node:events";
import { connect, createServer } from "node:net";

/** A port in front of a Carrel, `url` its address. */
export async function line(carrel) {
  const to = new URL(carrel.url);
  const open = new Set();
  let dead = false;
  const server = createServer((near) => {
    const far = connect(Number(to.port), to.hostname);
    for (const [one, other] of [[near, far], [far, near]]) {
      open.add(one);
      one.on("data", (bytes) => dead || other.write(bytes));
      one.on("end", () => dead || other.end());
      one.on("error", () => {});
      one.on("close", () => {
        open.delete(one);
        if (!dead) other.destroy();
      });
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    /** From now on nothing passes, and no connection ends. */
    cut: () => void (dead = true),
    /** New connections pass again; those of before are gone for both sides, as after a change of network. */
    mend() {
      for (const socket of open) socket.destroy();
      dead = false;
    },
    close() {
      for (const socket of open) socket.destroy();
      server.close();
    },
  };
}
