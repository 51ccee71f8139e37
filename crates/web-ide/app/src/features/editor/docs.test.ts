import { expect, test } from "vitest";
import { Failure } from "../../transport.ts";
import { Docs } from "./docs.ts";

/** Reads wait for `arrive` where `slow` is set. */
function world(files: Record<string, string>) {
  const hands = { presses: 0 };
  const line = { slow: false, waiting: [] as (() => void)[] };
  let cursor: string | undefined = "tree";
  let columns: readonly (string | undefined)[] = [];
  let focus = 0;
  const disk = new Map(Object.entries(files).map(([path, text]) => [path, { text, version: 1 }]));
  const texts = new Map<string, string>();
  const told: string[] = [];
  const docs = new Docs(
    {
      read: async (path) => {
        if (line.slow) await new Promise<void>((go) => line.waiting.push(go));
        const file = disk.get(path);
        if (!file) throw new Failure("not_found", "no such file");
        return { bytes: new TextEncoder().encode(file.text), etag: String(file.version) };
      },
      write: async (path, text, etag) => {
        const there = disk.get(path);
        if (etag === "none" ? there : etag && String(there?.version) !== etag) throw new Failure("aborted", "changed", 409);
        const version = (there?.version ?? 0) + 1;
        disk.set(path, { text, version });
        return { etag: String(version) };
      },
      version: async (path) => disk.get(path) && String(disk.get(path)!.version),
    },
    async () => ({
      put: async (path, text) => void texts.set(path, text),
      text: (path) => texts.get(path) ?? "",
      show: (all, at) => ([columns, focus] = [all, at]),
      drop: (path) => void texts.delete(path),
      focus: () => (cursor = columns[focus]),
    }),
    (text) => told.push(text),
    { presses: () => hands.presses },
  );
  /** Where the cursor was since it was last asked for. */
  const went = () => [cursor, (cursor = "tree")][0];
  const arrive = (at = 0) => line.waiting.splice(at, 1)[0]?.();
  const outside = (path: string, text: string | undefined) => {
    if (text === undefined) disk.delete(path);
    else disk.set(path, { text, version: (disk.get(path)?.version ?? 0) + 1 });
    return docs.lookAgain((it) => it === path);
  };
  const type = (path: string, text: string) => (texts.set(path, text), docs.event(path, { kind: "edited" }));
  return { docs, disk, texts, told, outside, type, hands, line, arrive, went, looked: () => columns[focus], state: (path: string) => docs.get(path)?.state.kind };
}

test("open, edit, save, close", async () => {
  const { docs, disk, type, state } = world({ "a.v": "one", "b.v": "two" });
  await docs.open("a.v");
  await docs.open("b.v");
  await type("a.v", "ONE");
  expect(docs.unsaved().map((it) => it.path)).toEqual(["a.v"]);
  await docs.event("a.v", { kind: "save" });
  expect([disk.get("a.v")?.text, state("a.v")]).toEqual(["ONE", "clean"]);
  await docs.close("b.v");
  expect([docs.active(), docs.all().length]).toEqual(["a.v", 1]);
});

test("a change outside is shown, and never overwrites work", async () => {
  const { docs, disk, texts, outside, type, state } = world({ "a.v": "one" });
  await docs.open("a.v");
  await outside("a.v", "two");
  expect([texts.get("a.v"), state("a.v")]).toEqual(["two", "clean"]);
  await type("a.v", "mine");
  await outside("a.v", "theirs");
  expect([texts.get("a.v"), state("a.v"), disk.get("a.v")?.text]).toEqual(["mine", "conflict", "theirs"]);
  await docs.event("a.v", { kind: "keep-mine" });
  expect([disk.get("a.v")?.text, state("a.v")]).toEqual(["mine", "clean"]);
  await outside("a.v", undefined);
  expect(state("a.v")).toBe("gone");
  await docs.event("a.v", { kind: "save" });
  expect(disk.get("a.v")?.text).toBe("mine");
});

test("a race to save ends in a question, not in a loss", async () => {
  const { docs, disk, type, state } = world({ "a.v": "one" });
  await docs.open("a.v");
  await type("a.v", "mine");
  disk.set("a.v", { text: "theirs", version: 9 });
  await docs.event("a.v", { kind: "save" });
  expect([disk.get("a.v")?.text, state("a.v")]).toEqual(["theirs", "conflict"]);
});

test("what can't be opened says why", async () => {
  const { docs, state } = world({ bin: "a\0b" });
  await docs.open("none");
  expect(docs.get("none")?.state).toEqual({ kind: "failed", why: "no such file" });
  await docs.open("bin");
  expect(state("bin")).toBe("unfit");
});

test("a split shows a document twice, and closing one tab keeps the other", async () => {
  const { docs, texts, type } = world({ "a.v": "one", "b.v": "two" });
  await docs.open("a.v");
  await docs.open("b.v");
  await docs.split();
  expect(docs.layout().columns.map((it) => it.active)).toEqual(["b.v", "b.v"]);
  await type("b.v", "TWO");
  expect([docs.closesWith("b.v", 1), docs.closesWith("a.v", 0)]).toEqual([false, true]);
  await docs.close("b.v", 1);
  expect([docs.get("b.v")?.state.kind, texts.get("b.v"), docs.active()]).toEqual(["dirty", "TWO", "b.v"]);
  await docs.close("b.v", 0);
  expect([docs.get("b.v"), texts.has("b.v"), docs.active()]).toEqual([undefined, false, "a.v"]);
});

test("what is written is told", async () => {
  const { docs, type } = world({ "a.v": "one" });
  const saved: string[] = [];
  docs.onSaved = (path) => void saved.push(path);
  await docs.open("a.v");
  await type("a.v", "two");
  await docs.event("a.v", { kind: "save" });
  expect(saved).toEqual(["a.v"]);
});

test("looking at a file leaves the cursor where it is, going there moves it", async () => {
  const { docs, went, looked } = world({ "a.v": "one", "b.v": "two" });
  await docs.open("a.v", "stays");
  expect([looked(), went()]).toEqual(["a.v", "tree"]);
  expect(await docs.open("a.v")).toBe(true);
  expect(went()).toBe("a.v");
  await docs.open("b.v", "stays");
  expect([looked(), went()]).toEqual(["b.v", "tree"]);
  await docs.select("a.v");
  expect(went()).toBe("a.v");
  await docs.close("a.v", undefined, "stays");
  expect([looked(), went()]).toEqual(["b.v", "tree"]);
});

test("a text that arrives late takes no keys from whoever went on", async () => {
  const { docs, hands, line, arrive, went, looked } = world({ "a.v": "one", "b.v": "two" });
  line.slow = true;
  const going = docs.open("a.v");
  hands.presses += 1;
  arrive();
  expect([await going, went(), looked()]).toEqual([false, "tree", "a.v"]);
  const [first, second] = [docs.open("b.v", "stays"), docs.open("b.v")];
  arrive();
  expect([await first, await second, went()]).toEqual([false, true, "b.v"]);
});

test("the file asked for last is looked at, whichever arrives last", async () => {
  const { docs, line, arrive, went, looked } = world({ "a.v": "one", "b.v": "two" });
  line.slow = true;
  const [first, second] = [docs.open("a.v"), docs.open("b.v")];
  arrive(1);
  await second;
  expect([went(), looked(), docs.active()]).toEqual(["b.v", "b.v", "b.v"]);
  arrive();
  expect([await first, went(), looked(), docs.active()]).toEqual([false, "tree", "b.v", "b.v"]);
});

test("a tab that is chosen before its text is there gets the cursor with it", async () => {
  const { docs, line, arrive, went } = world({ "a.v": "one", "b.v": "two" });
  await docs.open("a.v");
  line.slow = true;
  const known = docs.know("b.v");
  const chosen = docs.select("b.v");
  went();
  arrive();
  await Promise.all([known, chosen]);
  expect(went()).toBe("b.v");
});

test("what is opened while another one closes stays", async () => {
  const { docs, looked } = world({ "a.v": "one", "b.v": "two", "c.v": "three" });
  await docs.open("a.v");
  await docs.open("b.v");
  await Promise.all([docs.close("a.v"), docs.open("c.v")]);
  expect([looked(), docs.all().map((it) => it.path)]).toEqual(["c.v", ["b.v", "c.v"]]);
});
