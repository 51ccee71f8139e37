// One's sessions: state, why, how the start went, in and out.
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { SessionService, type Session } from "../../gen/session.ts";
import { useApp } from "../../ui/context.tsx";
import { Do, Empty, Fault, Head, poll } from "../../ui/parts.tsx";
import { A } from "../../ui/router.tsx";
import { ago, duration } from "../../ui/text.ts";
import { className, isOpen, isOver, stateText, stateTone, timeline } from "./model.ts";

/** Claims and clones take a second or two; a list that lags behind them by more feels stuck. */
const REFRESH_MS = 2_000;
const SHOWN_MAX = 100;

export function SessionRow(props: { session: Session; owner?: boolean; changed: () => void }): JSX.Element {
  const app = useApp();
  const close = async () => {
    await app.transport.call(SessionService.closeSession, { id: props.session.id, reason: "closed in the browser" });
    props.changed();
  };
  const it = () => props.session;
  return (
    <li class="card">
      <div class="main">
        <h2>{it().repository || "without a repository"}</h2>
        <div class="actions">
          <Show when={isOpen(it().state)}>
            <A class="button primary" href={`/ide/${it().id}`}>Open</A>
          </Show>
          <Show when={!isOver(it().state)}>
            <Do run={close} label={`Close the session on ${it().repository || it().id}`}>Close</Do>
          </Show>
        </div>
      </div>
      <div class="meta">
        <span class={`state ${stateTone(it().state)}`}>{stateText(it().state)}</span>
        <Show when={props.owner}><span>{it().userName}</span></Show>
        <span>{className(it().slotClass)}</span>
        <span>opened {ago(it().createdAt, Date.now())}</span>
        <Show when={it().nodeId}><code>{it().nodeId}</code></Show>
      </div>
      <Show when={it().reason}>
        <p class="reason" classList={{ bad: it().state === "SESSION_STATE_FAILED" }}>{it().reason}</p>
      </Show>
      <ol class="timeline" aria-label="Timeline">
        <For each={timeline(it())}>
          {(step) => <li>{step.text}{step.ms !== undefined && <> <b>{duration(step.ms)}</b></>}</li>}
        </For>
      </ol>
    </li>
  );
}

export function SessionList(props: { all?: boolean; empty: JSX.Element }): JSX.Element {
  const app = useApp();
  const [closed, setClosed] = createSignal(false);
  const [found, { refetch }] = createResource(() => ({ includeClosed: closed() }), async ({ includeClosed }) =>
    (await app.transport.call(SessionService.listSessions, { includeClosed, allUsers: props.all ?? false, limit: SHOWN_MAX })).sessions,
  );
  poll(REFRESH_MS, async () => refetch());
  return (
    <>
      <label class="check">
        <input type="checkbox" checked={closed()} onChange={(event) => setClosed(event.currentTarget.checked)} />
        Show closed ones, too
      </label>
      <Fault error={found.error} retry={refetch} />
      <Show when={!found.error && found.latest}>
        {(sessions) => (
          <Show when={sessions().length > 0} fallback={props.empty}>
            <ul class="list">
              <For each={sessions()}>{(session) => <SessionRow session={session} owner={props.all} changed={() => void refetch()} />}</For>
            </ul>
          </Show>
        )}
      </Show>
    </>
  );
}

export function Sessions(): JSX.Element {
  return (
    <>
      <Head title="Sessions" />
      <SessionList
        empty={
          <Empty title="No session is open">
            <p>A session is your desk on a machine of this rack: files, terminals and tools for one repository. It stays while you work and closes after half an hour of quiet.</p>
            <A class="button primary" href="/repositories">Choose a repository</A>
          </Empty>
        }
      />
    </>
  );
}
