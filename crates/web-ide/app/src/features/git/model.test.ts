import { expect, test } from "vitest";
import { GitStatus } from "../../gen/agent.ts";
import { decode } from "../../wire.ts";
import { branchText, changedFiles, context, decided, discardQuestion, groups, readConflicts, sideNames } from "./model.ts";

const status = (json: object) => decode(GitStatus, { repository: true, branch: "main", commit: "0123456789", ...json });

const sample = () =>
  status({
    staged: 2, unstaged: 1, untracked: 1, conflicted: 1,
    changes: [
      { path: "both", staged: "GIT_DIFFERENCE_MODIFIED", unstaged: "GIT_DIFFERENCE_MODIFIED" },
      { path: "new", untracked: true },
      { path: "to", from: "was", staged: "GIT_DIFFERENCE_RENAMED" },
      { path: "war", conflict: "GIT_CONFLICT_DELETED_BY_THEM" },
    ],
  });

test("a file can be in two groups, and conflicts come first", () => {
  const shown = groups(sample()).map((it) => [it.name, it.rows.map((row) => `${row.letter} ${row.path}`)]);
  expect(shown).toEqual([["conflicts", ["! war"]], ["staged", ["M both", "R to"]], ["changes", ["M both", "U new"]]]);
  expect(groups(sample())[1]!.rows[1]!.compare).toMatchObject({ path: "to", from: "was", before: "FILE_VERSION_HEAD" });
  expect(groups(status({}))).toEqual([]);
  expect(changedFiles(status({ untracked: 9_000, changes: [{ path: "a", untracked: true }] }))).toBe(9_000);
});

test("the branch says what is not pushed and what is to pull", () => {
  expect(branchText(status({ ahead: 2, behind: 1, unpushed: 2, upstreamKnown: true }))).toEqual({ short: "main ↑2 ↓1", long: "Branch main: 2 commits not pushed, 1 commit to pull" });
  expect(branchText(status({ unpushed: 3, hasRemote: true })).long).toContain("not on the server yet");
  expect(branchText(status({ unpushed: 3 })).short).toBe("main ↑3");
  expect(branchText(decode(GitStatus, { repository: true })).short).toBe("no commit yet");
});

test("in a rebase the sides have other names", () => {
  expect(sideNames(status({ activity: "GIT_ACTIVITY_MERGE" })).ours).toBe("mine");
  expect(sideNames(status({ activity: "GIT_ACTIVITY_REBASE" })).ours).toBe("the server's");
});

test("a discard says what is lost for good", () => {
  const rows = groups(sample()).find((it) => it.name === "changes")!.rows;
  expect(discardQuestion(rows)).toBe("Discard the changes in 1 file and 1 new file git has no copy of? That can't be undone.");
  expect(discardQuestion(rows.slice(1))).toContain("Delete the new file new?");
});

const text = "a\n<<<<<<< HEAD\nmine 1\nmine 2\n||||||| base\nwas\n=======\ntheirs\n>>>>>>> origin/main\nb\n<<<<<<< HEAD\n=======\nadded\n>>>>>>> x";

test("conflicts are read and decided one by one", () => {
  const segments = readConflicts(text)!;
  expect(segments).toEqual([
    { kind: "same", text: "a\n" },
    { kind: "conflict", ours: "mine 1\nmine 2\n", theirs: "theirs\n" },
    { kind: "same", text: "b\n" },
    { kind: "conflict", ours: "", theirs: "added\n" },
  ]);
  expect(decided(segments, ["ours", undefined])).toBeUndefined();
  expect(decided(segments, ["ours", "theirs"])).toBe("a\nmine 1\nmine 2\nb\nadded\n");
  expect(decided(segments, ["both-reversed", "ours"])).toBe("a\ntheirs\nmine 1\nmine 2\nb\n");
});

test("Windows line ends stay, and underlines are no markers", () => {
  const windows = "<<<<<<< HEAD\r\nx\r\n=======\r\ny\r\n>>>>>>> o\r\n";
  expect(decided(readConflicts(windows)!, ["theirs"])).toBe("y\r\n");
  expect(readConflicts("Title\n=======\nnothing\n")).toEqual([{ kind: "same", text: "Title\n=======\nnothing\n" }]);
  expect(readConflicts("")).toEqual([]);
});

test("markers that don't pair up are left to a person", () => {
  for (const broken of ["<<<<<<< a\nx\n", "<<<<<<< a\n<<<<<<< b\n", ">>>>>>> a\n", "<<<<<<< a\n>>>>>>> b\n"]) expect(readConflicts(broken), broken).toBeUndefined();
});

test("context is cut to a few lines", () => {
  expect(context("1\n2\n3\n4\n", "tail", 2)).toBe("3\n4");
  expect(context("1\n2\n3\n4\n", "head", 2)).toBe("1\n2");
});
