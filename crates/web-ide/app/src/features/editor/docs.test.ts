import { expect, test } from "vitest";
import { Failure } from "../../transport.ts";
import { Docs } from "./docs.ts";

function world(files: Record<string, string>) {
  const disk = new Map(Object.entries(files).map(([path, text]) => [path, { text, version: 1 }]));
  const texts = new Map<string, string>();
  const told: string[] = [];
  const docs = new Docs(
    {
      read: async (path) => {
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
    async () => ({ put: async (path, text) => void texts.set(path, text), text: (path) => texts.get(path) ?? "", show: () => {}, drop: (path) => void texts.delete(path), focus: () => {} }),
    (text) => told.push(text),
  );
  const outside = (path: string, text: string | undefined) => {
    if (text === undefined) disk.delete(path);
    else disk.set(path, { text, version: (disk.get(path)?.version ?? 0) + 1 });
    return docs.lookAgain((it) => it === path);
  };
  const type = (path: string, text: string) => (texts.set(path, text), docs.event(path, { kind: "edited" }));
  return { docs, disk, texts, told, outside, type, state: (path: string) => docs.get(path)?.state.kind };
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
