// The line at the bottom: what the slot uses, and where its tools come from.
import { createSignal, For, Show, type JSX } from "solid-js";
import type { Environment } from "../../gen/agent.ts";
import type { Usage } from "../../gen/compute.ts";
import { Dialog, poll } from "../../ui/parts.tsx";
import type { SessionApi } from "./api.ts";
import { cpuPercent, usageText } from "./model.ts";

/** The node measures every few seconds. */
const MEASURE_MS = 5_000;

export function Strip(props: { api: SessionApi; over: boolean; environment: Environment | undefined; children?: JSX.Element }): JSX.Element {
  const [parts, setParts] = createSignal<string[]>([]);
  const [asked, setAsked] = createSignal(false);
  let before: { usage: Usage; at: number } | undefined;
  poll(MEASURE_MS, async () => {
    if (props.over) return;
    const measured = { usage: await props.api.usage(), at: performance.now() };
    setParts(usageText(measured.usage, cpuPercent(before, measured)));
    before = measured;
  });
  return (
    <footer class="strip">
      <Show when={props.environment?.file || props.environment?.problem}>
        <Show when={props.environment?.problem} fallback={<span class="state good">{props.environment?.file}</span>}>
          <button type="button" class="quiet" onClick={() => setAsked(true)}><span class="state warn">without {props.environment?.file || "an environment"}</span></button>
        </Show>
      </Show>
      <For each={parts()}>{(part) => <span>{part}</span>}</For>
      {props.children}
      <Show when={asked()}>
        <Dialog title={`Why ${props.environment?.file || "the environment"} is not active`} close={() => setAsked(false)}>
          <pre class="problem" tabindex="0">{props.environment?.problem}</pre>
          <div class="row"><button type="button" autofocus onClick={() => setAsked(false)}>Close</button></div>
        </Dialog>
      </Show>
    </footer>
  );
}
