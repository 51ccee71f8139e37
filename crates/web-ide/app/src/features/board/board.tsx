// Puts a bitstream onto a board: choose it, one writer at a time across all tabs, and a log of what happened.
import { createSignal, For, Show, type JSX } from "solid-js";
import type { Artefact } from "../../gen/agent.ts";
import { reason } from "../../transport.ts";
import { Board, bitstreamProblem } from "./flash.ts";
import { chooseBoard } from "./usb.ts";

/** One name for all tabs of this browser: two writers on one cable destroy each other's work. */
const LOCK = "carrel.board";

export function BoardPanel(props: { artefact: Artefact; fetch: () => Promise<Uint8Array>; close: () => void }): JSX.Element {
  const [log, setLog] = createSignal<{ at: string; text: string; bad?: boolean }[]>([]);
  const [part, setPart] = createSignal(0);
  const [busy, setBusy] = createSignal(false);
  const say = (text: string, bad = false) => setLog((held) => [...held, { at: new Date().toLocaleTimeString(), text, bad }]);

  const program = async () => {
    setBusy(true);
    setPart(0);
    try {
      // First of all, while the click still counts as one.
      const { name, usb } = await chooseBoard();
      say(`board ${name}`);
      const bytes = await props.fetch();
      const problem = bitstreamProblem(bytes);
      if (problem) throw new Error(problem);
      await navigator.locks.request(LOCK, { ifAvailable: true }, async (lock) => {
        if (!lock) throw new Error("another tab is writing to a board; wait until it has finished");
        const clock = { now: () => performance.now(), wait: (ms: number) => new Promise<void>((go) => setTimeout(go, ms)) };
        await new Board(usb, clock, { say, done: setPart }).program(bytes);
      });
      say(`${props.artefact.name} is on the board (sha256 ${props.artefact.sha256.slice(0, 12)}…)`);
    } catch (error) {
      say(error instanceof DOMException && error.name === "NotFoundError" ? "no board was chosen" : reason(error), true);
    }
    setBusy(false);
  };
  return (
    <section class="board" aria-label="Board">
      <div class="row">
        <b>{props.artefact.name}</b>
        <button type="button" class="primary" disabled={busy()} onClick={() => void program()}>Choose board and write</button>
        <button type="button" class="quiet" disabled={busy()} onClick={() => props.close()}>Close</button>
      </div>
      <Show when={busy()}><progress value={part()} aria-label="Written" /></Show>
      <div class="log" role="log" aria-label="Board log">
        <For each={log()}>{(line) => <div classList={{ bad: line.bad }}><time>{line.at}</time> {line.text}</div>}</For>
      </div>
    </section>
  );
}
