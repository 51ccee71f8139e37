// One's sessions: state, why, how the start went, in and out.
import { createSignal, For, Show, type JSX } from "solid-js";
import { WorkspaceService } from "../../gen/agent.ts";
import { SessionService, type Session } from "../../gen/session.ts";
import { useApp } from "../../ui/context.tsx";
import { live, now } from "../../ui/live.ts";
import { Dialog, Do, Empty, Fault, Head } from "../../ui/parts.tsx";
import { A } from "../../ui/router.tsx";
import { ago, duration } from "../../ui/text.ts";
import { unsavedText } from "../ide/model.ts";
import { advice, className, isOpen, isOver, stateText, stateTone, timeline } from "./model.ts";

/** Claims and clones take a second or two; a list that lags behind them by more feels stuck. */
const REFRESH_MS = 2_000;
const SHOWN_MAX = 100;

export function SessionRow(props: { session: Session; owner?: boolean; changed: () => void }): JSX.Element {
  const app = useApp();
  const [asking, setAsking] = createSignal(false);
  const it = () => props.session;
  const isMine = () => it().userId === app.user()?.id;
  const name = () => it().repository || it().id;
  const close = async () => {
    // A slot that doesn't answer can't say; then there is nothing to ask about.
    const status = isOpen(it().state) ? await app.transport.inside(it().id, WorkspaceService.getStatus).catch(() => undefined) : undefined;
    const would = unsavedText(0, status);
    if (would && !window.confirm(`Close the session on ${name()}? ${would}: that would be lost.`)) return;
    await app.transport.call(SessionService.closeSession, { id: it().id, reason: "in the browser" });
    props.changed();
  };
  return (
    <li class="card">
      <div class="main">
        <h2><Show when={it().repository} fallback="without a repository"><A href={`/repositories/${it().repository}`}>{it().repository}</A></Show></h2>
        <div class="actions">
          <Show when={isOpen(it().state)}>
            <A class="button primary" href={`/ide/${it().id}`}>Open</A>
          </Show>
          <Show when={!isOver(it().state)}>
            <Show when={isMine()} fallback={<button type="button" aria-label={`Close the session of ${it().userName} on ${name()}`} onClick={() => setAsking(true)}>Close…</button>}>
              <Do run={close} label={`Close the session on ${name()}`}>Close</Do>
            </Show>
          </Show>
        </div>
      </div>
      <div class="meta">
        <span class={`state ${stateTone(it().state)}`}>{stateText(it().state)}</span>
        <Show when={props.owner}><span>{it().userName}</span></Show>
        <span>{className(it().slotClass)}</span>
        <span>opened {ago(it().createdAt, now())}</span>
        <Show when={it().nodeId}><code>{it().nodeId}</code></Show>
      </div>
      <Show when={it().reason}>
        <p class="reason" classList={{ bad: it().state === "SESSION_STATE_FAILED" }}>{it().reason}</p>
      </Show>
      <Show when={advice(it())}><p class="reason soft">{advice(it())}</p></Show>
      <ol class="timeline" aria-label="Timeline">
        <For each={timeline(it())}>
          {(step) => <li>{step.text}{step.ms !== undefined && <> <b>{duration(step.ms)}</b></>}</li>}
        </For>
      </ol>
      <Show when={asking()}>
        <CloseFor session={it()} close={() => setAsking(false)} done={() => (setAsking(false), props.changed())} />
      </Show>
    </li>
  );
}

/** Somebody else's session ends with a word for them. */
function CloseFor(props: { session: Session; close: () => void; done: () => void }): JSX.Element {
  const app = useApp();
  const [reason, setReason] = createSignal("");
  const close = async () => {
    await app.transport.call(SessionService.closeSession, { id: props.session.id, reason: reason() });
    props.done();
  };
  return (
    <Dialog title={`Close the session of ${props.session.userName}`} close={props.close}>
      <p>What they have not pushed is lost with the slot.</p>
      <label>Reason, which {props.session.userName} sees<input autofocus maxlength="200" value={reason()} onInput={(event) => setReason(event.currentTarget.value)} /></label>
      <div class="row">
        <Do class="bad" run={close} disabled={reason().trim() === ""}>Close session</Do>
        <button type="button" onClick={() => props.close()}>Cancel</button>
      </div>
    </Dialog>
  );
}

export function SessionList(props: { all?: boolean; empty: JSX.Element }): JSX.Element {
  const app = useApp();
  const [closed, setClosed] = createSignal(false);
  const sessions = live(REFRESH_MS, async () =>
    (await app.transport.call(SessionService.listSessions, { includeClosed: closed(), allUsers: props.all ?? false, limit: SHOWN_MAX })).sessions,
  );
  return (
    <>
      <label class="check">
        <input type="checkbox" checked={closed()} onChange={(event) => (setClosed(event.currentTarget.checked), void sessions.refresh())} />
        Show closed ones, too
      </label>
      <Fault error={sessions.error()} retry={() => void sessions.refresh()} />
      <Show when={sessions.known()}>
        <Show when={sessions.items.length > 0} fallback={props.empty}>
          <ul class="list">
            <For each={sessions.items}>{(session) => <SessionRow session={session} owner={props.all} changed={() => void sessions.refresh()} />}</For>
          </ul>
        </Show>
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
