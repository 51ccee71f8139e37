// One terminal on the page; loaded only when there is one.
import { createEffect, onCleanup, onMount, type JSX } from "solid-js";
import { useApp } from "../../ui/context.tsx";
import { theme } from "../../ui/theme.ts";
import { Screen } from "./screen.ts";

export interface TerminalProps {
  session: string;
  id: string;
  title: string;
  shown: boolean;
  /** Whether it may have the keys when it is shown. */
  wanted: () => boolean;
  ended: (text: string, code?: number) => void;
  up: (up: boolean) => void;
  /** Reads along; undefined at the end. */
  output?: ((bytes: Uint8Array | undefined) => void) | undefined;
}

export default function TerminalView(props: TerminalProps): JSX.Element {
  const app = useApp();
  let element!: HTMLDivElement;
  let screen: Screen | undefined;
  onMount(() => {
    // Asked for once: it is one reader for the whole output.
    const output = props.output;
    screen = new Screen(element, app.transport, props.session, props.id, {
      up: (up) => props.up(up),
      ended: (text, code) => props.ended(text, code),
      refused: (text) => app.tell(text, true),
      ...(output ? { output } : {}),
    });
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const recolour = () => screen?.recolour(element);
    dark.addEventListener("change", recolour);
    onCleanup(() => (dark.removeEventListener("change", recolour), screen?.dispose()));
  });
  createEffect(() => (theme(), screen?.recolour(element)));
  createEffect(() => props.shown && queueMicrotask(() => props.wanted() && screen?.terminal.focus()));
  return <div class="screen" role="group" aria-label={`Terminal ${props.title}`} hidden={!props.shown} ref={element} />;
}
