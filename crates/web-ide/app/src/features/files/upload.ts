// Brings files of this device into the slot, one after the other; asks before one takes the place of another.
import { asFailure } from "../../transport.ts";
import { count } from "../../ui/text.ts";
import type { SessionApi } from "../ide/api.ts";
import type { ActionTold } from "./actions.ts";
import { dropProblem, type Dropped } from "./dropped.ts";
import { join } from "./model.ts";
import { bare } from "./names.ts";

/** The agent's limit for one upload. */
const UPLOAD_MAX = 64 * 1024 * 1024;

export async function sendAll(
  api: SessionApi,
  told: ActionTold,
  sending: (at: { done: number; of: number }) => void,
  { into, found, folders }: { into: string; found: readonly Dropped[]; folders: readonly string[] },
): Promise<void> {
  const problem = dropProblem(found, UPLOAD_MAX);
  if (problem) return told.tell(problem, true);
  const there: Dropped[] = [];
  let sent = 0;
  sending({ done: 0, of: found.length });
  const send = async (it: Dropped, replace: boolean) => {
    try {
      await api.upload(join(into, it.path), it.file, replace);
      sent += 1;
    } catch (error) {
      if (!replace && ["aborted", "already_exists", "failed_precondition"].includes(asFailure(error).code)) there.push(it);
      else throw error;
    }
    sending({ done: sent, of: found.length });
  };
  try {
    for (const folder of folders) await api.createFolder(join(into, folder)).catch((error) => { if (asFailure(error).code !== "already_exists") throw error; });
    for (const it of found) await send(it, false);
    const question = there.length === 1 ? `${bare(join(into, there[0]!.path)).whole} is there already. Replace it?` : `${count(there.length, "file")} are there already. Replace them?`;
    if (there.length > 0 && told.confirm(question)) for (const it of there.splice(0)) await send(it, true);
  } finally {
    if (sent > 0) told.tell(`${count(sent, "file")} uploaded`);
  }
}
