// Places the cursor has been to, to go back to and forward again.
import type { Place } from "../editor/ports.ts";

export interface Trail {
  readonly places: readonly Place[];
  readonly at: number;
}

export const emptyTrail: Trail = { places: [], at: -1 };
/** Nobody goes back further. */
const PLACES_MAX = 100;
/** Within these lines one has not gone anywhere. */
const NEAR_LINES = 10;

export const placeAt = (trail: Trail): Place | undefined => trail.places[trail.at];

/** The cursor is there now: a step of its own, or still the same place. */
export function arrived(trail: Trail, place: Place): Trail {
  const last = placeAt(trail);
  const near = last && last.path === place.path && Math.abs(last.line - place.line) <= NEAR_LINES;
  const kept = trail.places.slice(0, near ? trail.at : trail.at + 1);
  const after = near ? trail.places.slice(trail.at + 1) : [];
  const places = [...kept, place, ...after].slice(-PLACES_MAX);
  return { places, at: near ? Math.min(trail.at, places.length - 1) : places.length - 1 };
}

export function moved(trail: Trail, by: 1 | -1): Trail {
  const at = trail.at + by;
  return at >= 0 && at < trail.places.length ? { ...trail, at } : trail;
}
