// What a node's report means for people.
import type { ClassReport, Node } from "../../gen/compute.ts";

export function health(node: Node): { text: string; tone: "good" | "warn" | "bad" } {
  if (node.health === "silent") return { text: "silent", tone: "bad" };
  if (node.quarantine) return { text: "in quarantine", tone: "bad" };
  if (node.report?.refusing) return { text: `refuses work: ${node.report.refusing}`, tone: "bad" };
  if (node.health !== "up") return { text: node.health || "unknown", tone: "warn" };
  return node.draining ? { text: "draining", tone: "warn" } : { text: "up", tone: "good" };
}

/** What all nodes have together, by class. */
export function totals(nodes: Node[]): Pick<ClassReport, "slotClass" | "wanted" | "warm" | "claimed">[] {
  const sums = new Map<ClassReport["slotClass"], { slotClass: ClassReport["slotClass"]; wanted: number; warm: number; claimed: number }>();
  for (const pool of nodes.filter((it) => it.health !== "silent").flatMap(pools)) {
    const sum = sums.get(pool.slotClass) ?? { slotClass: pool.slotClass, wanted: 0, warm: 0, claimed: 0 };
    sums.set(pool.slotClass, { ...sum, wanted: sum.wanted + pool.wanted, warm: sum.warm + pool.warm, claimed: sum.claimed + pool.claimed });
  }
  return [...sums.values()];
}

/** Pools that exist: a class that nobody wants and nobody uses is left out. */
export const pools = (node: Node): ClassReport[] => (node.report?.classes ?? []).filter((it) => it.wanted + it.warm + it.claimed > 0);
