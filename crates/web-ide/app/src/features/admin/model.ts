// What a node's report means for people.
import type { ClassReport, Node } from "../../gen/compute.ts";

export function health(node: Node): { text: string; tone: "good" | "warn" | "bad" } {
  if (node.health === "silent") return { text: "silent", tone: "bad" };
  if (node.report?.refusing) return { text: `refuses work: ${node.report.refusing}`, tone: "bad" };
  if (node.health !== "up") return { text: node.health || "unknown", tone: "warn" };
  return node.draining ? { text: "draining", tone: "warn" } : { text: "up", tone: "good" };
}

/** Pools that exist: a class that nobody wants and nobody uses is left out. */
export const pools = (node: Node): ClassReport[] => (node.report?.classes ?? []).filter((it) => it.wanted + it.warm + it.claimed > 0);
