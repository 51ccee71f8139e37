// Shared notes of a repository: the text, who is here, and whether it is safe.
import { createSignal, For, onCleanup, onMount, Show, type JSX } from "solid-js";
import { NotesService, type Notes } from "../../gen/notes.ts";
import { asFailure, Failure } from "../../transport.ts";
import { useApp } from "../../ui/context.tsx";
import { Fault } from "../../ui/parts.tsx";
import { steady } from "../../ui/steady.ts";
import { Desk } from "./desk.ts";
import { keep } from "./keep.ts";
import { bar, comings, FIRST, people, told, type Line, type Person } from "./model.ts";
import type { NotesPorts } from "./ports.ts";
import type { NotesView } from "./view.ts";
import "./notes.css";

/** People told apart at a glance; the rest are counted. */
const FACES_MAX = 6;
/** Who is away for less has not left: their page was reloaded or their line mended itself. */
const COMINGS_MS = 2_000;
const CLOCK_MS = 1_000;

export default function NotesPane(props: { repository: string }): JSX.Element {
  const app = useApp();
  const [notes, setNotes] = createSignal<Notes>();
  const [fault, setFault] = createSignal<unknown>();
  const [line, setLine] = createSignal<Line>(FIRST);
  const [here, setHere] = createSignal<Person[]>([]);
  const [said, setSaid] = createSignal("");
  const [followed, setFollowed] = createSignal<string>();
  const [since, setSince] = createSignal(Date.now());
  const [now, setNow] = createSignal(Date.now());
  let host!: HTMLDivElement;
  let over = false;
  let desk: Desk | undefined;
  let view: NotesView | undefined;
  let forget = async () => {};
  let announced: Person[] | undefined;
  let soon: number | undefined;
  const clock = setInterval(() => setNow(Date.now()), CLOCK_MS);

  const ports: NotesPorts = {
    open: () => app.transport.call(NotesService.openNotes, { repository: props.repository }),
    socket: (handlers) => app.transport.socket(handlers),
    now: () => Date.now(),
    later: (ms, run) => {
      const timer = setTimeout(run, ms);
      return () => clearTimeout(timer);
    },
  };
  const mayWrite = () => notes()?.mayWrite === true;
  const status = () => told(line(), mayWrite());
  const warning = () => bar(line(), now() - since(), app.reach().kind === "out");

  const look = () => {
    const found = desk ? people(desk.awareness.getStates(), desk.doc.clientID) : [];
    setHere(steady(here(), found));
    if (followed() !== undefined && !found.some((it) => it.id === followed())) follow(undefined);
    window.clearTimeout(soon);
    soon = window.setTimeout(() => {
      if (!line().met) return;
      setSaid(comings(announced, here()) ?? said());
      announced = here();
    }, COMINGS_MS);
  };
  const follow = (id: string | undefined) => {
    setFollowed(id);
    view?.follow(id === undefined ? undefined : () => here().find((it) => it.id === id)?.clients ?? []);
    const name = here().find((it) => it.id === id)?.name;
    if (name) setSaid(`Following ${name}`);
  };
  const changed = (next: Notes | Failure) => {
    if (next instanceof Failure) {
      // Nothing of what one may no longer see stays on the device.
      void forget();
      close();
      return setFault(new Failure(next.code, "These notes are no longer yours to see: somebody has taken your access away, or the repository is gone."));
    }
    if (next.mayWrite !== mayWrite()) app.tell(next.mayWrite ? "You may write now." : "You may only read now.");
    setNotes(next);
    view?.setRights(next.mayWrite);
  };

  async function begin() {
    setFault(undefined);
    try {
      const [found, { NotesView }] = await Promise.all([ports.open(), import("./view.ts")]);
      if (over) return;
      setNotes(found);
      const user = app.user();
      desk = new Desk(found, { id: user?.id ?? "", name: user?.name ?? "" }, ports, {
        line: (next) => {
          if (next.met !== line().met) setSince(Date.now());
          setLine(next);
        },
        people: look,
        notes: changed,
      });
      const kept = keep(found.document, user?.id ?? "", desk.doc);
      forget = kept.forget;
      kept.whenever(() => desk?.keptAll());
      if (await kept.ready) desk.kept();
      if (over) return;
      view = new NotesView(host, desk, found.mayWrite, { leftFollowing: () => follow(undefined) });
      desk.connect();
      look();
    } catch (error) {
      if (!over) setFault(asFailure(error));
    }
  }
  function close() {
    view?.dispose();
    desk?.stop();
    view = desk = undefined;
  }
  const leaving = () => desk?.stop();
  // The browser knows before any time limit does.
  const cut = () => desk?.renew();
  onMount(() => {
    void begin();
    window.addEventListener("pagehide", leaving);
    for (const event of ["offline", "online"]) window.addEventListener(event, cut);
  });
  onCleanup(() => {
    over = true;
    clearInterval(clock);
    window.clearTimeout(soon);
    window.removeEventListener("pagehide", leaving);
    for (const event of ["offline", "online"]) window.removeEventListener(event, cut);
    close();
  });

  const faces = () => here().slice(0, FACES_MAX);
  const copy = async () => {
    await navigator.clipboard.writeText(view?.textNow() ?? "");
    app.tell("Your text copied");
  };
  return (
    <section class="notes" aria-label={`Notes of ${props.repository}`}>
      <div class="notes-head">
        <ul class="faces" aria-label="Who is here">
          <For each={faces()}>
            {(it) => (
              <li>
                <Show when={!it.me} fallback={<span class={`face peer-${it.colour}`}><span>{it.name}</span> <small>you</small></span>}>
                  <button type="button" class={`face peer-${it.colour}`} aria-pressed={followed() === it.id} title={followed() === it.id ? `Stop following ${it.name}` : `Follow ${it.name}`} onClick={() => follow(followed() === it.id ? undefined : it.id)}>
                    <span>{it.name}</span>
                  </button>
                </Show>
              </li>
            )}
          </For>
          <Show when={here().length > FACES_MAX}><li class="soft">and {here().length - FACES_MAX} more</li></Show>
        </ul>
        <Show when={notes() && !fault()}><span class={`state ${status().tone}`} role="status" aria-live="off">{status().text}</span></Show>
      </div>
      <Show when={warning() && !fault()}><div class="bar warn" role="status">{warning()}</div></Show>
      <Show when={line().refused && !fault()}>
        <div class="bar warn" role="alert">
          <span>You may only read now, and some of what you typed before was not taken.</span>
          <button type="button" onClick={() => void copy()}>Copy my text</button>
          <button type="button" onClick={() => void forget().then(() => (close(), begin()))}>Show what the others see</button>
        </div>
      </Show>
      <Fault error={fault()} retry={() => void begin()} />
      <div class="notes-text" hidden={fault() !== undefined} ref={host} />
      <p class="hidden-label" role="log" aria-live="polite">{said()}</p>
    </section>
  );
}
