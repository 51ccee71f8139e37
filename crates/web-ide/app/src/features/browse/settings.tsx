// Who else may use a repository, and its end.
import { createResource, createSignal, For, Show, type JSX } from "solid-js";
import { RepositoryService, type Access, type Repository } from "../../gen/repo.ts";
import { useApp } from "../../ui/context.tsx";
import { Do, Fault } from "../../ui/parts.tsx";
import { go } from "../../ui/router.tsx";

const WORDS: Record<string, string> = { ACCESS_READ: "may read", ACCESS_WRITE: "may read and push" };

export function Settings(props: { path: string }): JSX.Element {
  const app = useApp();
  const [found, { refetch, mutate }] = createResource(() => props.path, async (path) => {
    // The listing starts after a path: the one right before this repository's.
    const reply = await app.transport.call(RepositoryService.listRepositories, { after: path.slice(0, -1), limit: 200 });
    return reply.repositories.find((it) => it.path === path);
  });
  const repository = () => (found.error ? undefined : found.latest);
  const isOwner = () => app.user()?.role === "ROLE_ADMIN" || props.path.startsWith(`${app.user()?.name}/`);
  return (
    <>
      <Fault error={found.error} retry={refetch} />
      <Show when={repository()}>
        {(it) => (
          <>
            <Members repository={it()} isOwner={isOwner()} changed={mutate} />
            <Show when={isOwner()}><Delete path={props.path} /></Show>
          </>
        )}
      </Show>
    </>
  );
}

function Members(props: { repository: Repository; isOwner: boolean; changed: (repository: Repository) => void }): JSX.Element {
  const app = useApp();
  const [name, setName] = createSignal("");
  const [access, setAccess] = createSignal<Access>("ACCESS_READ");
  const give = async (user: string, access: Access) => {
    props.changed(await app.transport.call(RepositoryService.setAccess, { path: props.repository.path, user, access }));
  };
  const add = async () => {
    await give(name(), access());
    setName("");
  };
  const owner = () => props.repository.path.split("/")[0];
  return (
    <section class="section" aria-labelledby="members">
      <h2 id="members">Members</h2>
      <ul class="rows">
        <li><b>{owner()}</b><span class="soft">owns it</span></li>
        <For each={props.repository.grants}>
          {(grant) => (
            <li>
              <b>{grant.user}</b>
              <Show when={props.isOwner} fallback={<span class="soft">{WORDS[grant.access]}</span>}>
                <select aria-label={`Access of ${grant.user}`} value={grant.access} onChange={(event) => void give(grant.user, event.currentTarget.value as Access).catch((error) => app.tell(String(error.message), true))}>
                  <option value="ACCESS_READ">may read</option>
                  <option value="ACCESS_WRITE">may read and push</option>
                </select>
                <Do class="quiet" label={`Remove ${grant.user}`} run={() => give(grant.user, "ACCESS_NONE")}>Remove</Do>
              </Show>
            </li>
          )}
        </For>
      </ul>
      <Show when={props.repository.grants.length === 0}><p class="soft">Nobody else sees this repository. A member who may push can open sessions on it as well.</p></Show>
      <Show when={props.isOwner}>
        <form class="addrow" onSubmit={(event) => event.preventDefault()}>
          <label>Login name<input value={name()} spellcheck={false} autocapitalize="none" autocomplete="off" onInput={(event) => setName(event.currentTarget.value.trim())} /></label>
          <label>Access
            <select value={access()} onChange={(event) => setAccess(event.currentTarget.value as Access)}>
              <option value="ACCESS_READ">may read</option>
              <option value="ACCESS_WRITE">may read and push</option>
            </select>
          </label>
          <Do run={add} disabled={!/^[a-z][a-z0-9-]{0,31}$/.test(name())}>Add member</Do>
        </form>
      </Show>
    </section>
  );
}

function Delete(props: { path: string }): JSX.Element {
  const app = useApp();
  const [typed, setTyped] = createSignal("");
  const remove = async () => {
    await app.transport.call(RepositoryService.deleteRepository, { path: props.path });
    app.tell(`${props.path} deleted`);
    go("/repositories");
  };
  return (
    <section class="section" aria-labelledby="delete">
      <h2 id="delete">Delete</h2>
      <p class="soft">Everybody loses access at once, and open sessions can't push any more. An admin can bring the repository back for 30 days.</p>
      <form class="addrow" onSubmit={(event) => event.preventDefault()}>
        <label><span>Type <code>{props.path}</code> to confirm</span><input value={typed()} spellcheck={false} autocapitalize="none" autocomplete="off" onInput={(event) => setTyped(event.currentTarget.value.trim())} /></label>
        <Do class="bad" run={remove} disabled={typed() !== props.path}>Delete repository</Do>
      </form>
    </section>
  );
}
