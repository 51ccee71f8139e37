import { expect, test } from "vitest";
import { Node } from "../../gen/compute.ts";
import { decode } from "../../wire.ts";
import { health, pools, totals } from "./model.ts";

const node = (json: object) => decode(Node, { id: "no-1", health: "up", ...json });

test("a node's health in words", () => {
  expect(health(node({}))).toEqual({ text: "up", tone: "good" });
  expect(health(node({ draining: true })).tone).toBe("warn");
  expect(health(node({ health: "silent", draining: true })).tone).toBe("bad");
  expect(health(node({ health: "refusing", report: { refusing: "engine is gone" } })).text).toBe("refuses work: engine is gone");
});

test("a quarantine is said before what the node says of itself", () => {
  expect(health(node({ quarantine: { reason: "loses sessions" }, report: { refusing: "x" } }))).toEqual({ text: "in quarantine", tone: "bad" });
});

test("what the rack has", () => {
  const classes = [{ slotClass: "SLOT_CLASS_BURST", wanted: 4, warm: 1, claimed: 3 }];
  const sums = totals([node({ report: { classes } }), node({ report: { classes } }), node({ health: "silent", report: { classes } })]);
  expect(sums).toEqual([{ slotClass: "SLOT_CLASS_BURST", wanted: 8, warm: 2, claimed: 6 }]);
});

test("pools that exist", () => {
  const report = { classes: [{ slotClass: "SLOT_CLASS_STANDARD", wanted: 1 }, { slotClass: "SLOT_CLASS_BURST" }] };
  expect(pools(node({ report })).map((it) => it.slotClass)).toEqual(["SLOT_CLASS_STANDARD"]);
});
