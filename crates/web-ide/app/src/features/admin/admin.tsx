// What an admin sees and does: nodes with their pools, users, everybody's sessions.
import { Show, type JSX } from "solid-js";
import { Empty, Head } from "../../ui/parts.tsx";
import { A } from "../../ui/router.tsx";
import { SessionList } from "../sessions/sessions.tsx";
import { Nodes } from "./nodes.tsx";
import { Users } from "./users.tsx";
import "../../style/forms.css";

export function Admin(props: { part: "nodes" | "users" | "sessions" }): JSX.Element {
  return (
    <>
      <Head title="Rack">
        <nav class="row" aria-label="Rack">
          <A class="button quiet" href="/admin">Nodes</A>
          <A class="button quiet" href="/admin/users">Users</A>
          <A class="button quiet" href="/admin/sessions">Sessions</A>
        </nav>
      </Head>
      <Show when={props.part === "nodes"}><Nodes /></Show>
      <Show when={props.part === "users"}><Users /></Show>
      <Show when={props.part === "sessions"}>
        <SessionList all empty={<Empty title="Nobody is working right now"><p>Open sessions of all users appear here.</p></Empty>} />
      </Show>
    </>
  );
}
