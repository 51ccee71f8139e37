// A text to be read: line numbers beside it, colours as soon as they are there.
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { colouredLines, plainLines } from "./highlight.ts";

/** Lines put on the page at once; the rest on demand, so that a long file does not freeze it. */
const LINES_FIRST = 5_000;

export default function Code(props: { name: string; text: string }): JSX.Element {
  const [shown, setShown] = createSignal(LINES_FIRST);
  const [coloured] = createResource(() => ({ name: props.name, text: props.text }), ({ name, text }) => colouredLines(name, text));
  const lines = () => (coloured.error ? undefined : coloured.latest) ?? plainLines(props.text);
  return (
    <>
      <div class="source" role="region" aria-label={`Text of ${props.name}`} tabindex="0">
        <pre class="gutter" aria-hidden="true">{Array.from({ length: Math.min(lines().length, shown()) }, (_, at) => at + 1).join("\n")}</pre>
        <pre class="text">
          <For each={lines().slice(0, shown())}>
            {(line) => <><For each={line}>{([text, kind]) => (kind ? <span class={`hl-${kind}`}>{text}</span> : text)}</For>{"\n"}</>}
          </For>
        </pre>
      </div>
      <Show when={lines().length > shown()}>
        <button type="button" class="more" onClick={() => setShown(Infinity)}>Show all {lines().length} lines</button>
      </Show>
    </>
  );
}
