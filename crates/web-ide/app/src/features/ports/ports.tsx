// Ports of the slot: a link to each one's preview, and a word when a new one opens.
import { createSignal, For, type JSX } from "solid-js";
import { WorkspaceService, type Port } from "../../gen/agent.ts";
import type { Transport } from "../../transport.ts";
import type { AppContext } from "../../ui/context.tsx";
import { poll } from "../../ui/parts.tsx";
import { steady } from "../../ui/steady.ts";
import type { Command } from "../palette/model.ts";
import { arrived, portText, previewPath } from "./model.ts";

/** A server one has just started should be there when one looks. */
const LOOK_MS = 3_000;

export interface Ports {
  list(): readonly Port[];
  commands(): Command[];
}

export function createPorts(transport: Transport, session: string, ready: () => boolean, tell: AppContext["tell"]): Ports {
  const [list, setList] = createSignal<readonly Port[]>([]);
  let before: readonly Port[] | undefined;
  poll(LOOK_MS, async () => {
    if (!ready()) return;
    const { ports } = await transport.inside(session, WorkspaceService.listPorts);
    for (const it of arrived(before, ports)) tell(`${it.program || "A program"} listens on port ${it.port}.`, false, { text: "Show it", href: previewPath(session, it.port) });
    before = ports;
    setList(steady(list(), ports));
  });
  const open = (it: Port) => window.open(previewPath(session, it.port), "_blank", "noopener");
  const command = (it: Port): Command => ({ id: `port-${it.port}`, title: `Preview port ${portText(it)}`, run: () => void open(it) });
  return { list, commands: () => list().map(command) };
}

export function PortLinks(props: { session: string; ports: Ports }): JSX.Element {
  return (
    <For each={props.ports.list()}>
      {(it) => (
        <a class="port" href={previewPath(props.session, it.port)} target="_blank" rel="noopener" title="Open its preview in a new tab" aria-label={`Preview port ${portText(it)}`}>
          {portText(it)}
        </a>
      )}
    </For>
  );
}
