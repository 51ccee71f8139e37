// Opening a session on a repository.
import { SessionService, type SlotClass } from "../../gen/session.ts";
import type { Transport } from "../../transport.ts";
import { go } from "../../ui/router.tsx";
import { requestId } from "../sessions/model.ts";

/** The time that a node and the master have for a claim, and some. */
const OPEN_DEADLINE_MS = 30_000;

/** Opens a session and goes there. */
export async function openSession(transport: Transport, repository: string, slotClass: SlotClass, withoutEnvironment: boolean): Promise<void> {
  const request = requestId((bytes) => crypto.getRandomValues(bytes));
  const session = await transport.call(
    SessionService.openSession,
    { repository, slotClass, egress: "EGRESS_DEFAULT", requestId: request, withoutEnvironment },
    OPEN_DEADLINE_MS,
  );
  go(`/ide/${session.id}`);
}
