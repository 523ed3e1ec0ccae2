/** Which words does the guard mean, and what is the safe wording? Pure. */
import type { Finding } from "../api/client";

export interface Stretch {
  text: string;
  finding: Finding | null;
}

/** Cut a text where findings begin and end; their positions count code points. */
export function stretches(text: string, findings: readonly Finding[]): Stretch[] {
  const points = [...text];
  const cut: Stretch[] = [];
  let place = 0;
  for (const finding of [...findings].sort((a, b) => a.start - b.start)) {
    const start = Math.max(finding.start, place);
    const end = Math.min(finding.end, points.length);
    if (start >= end) continue;
    if (start > place) cut.push({ text: points.slice(place, start).join(""), finding: null });
    cut.push({ text: points.slice(start, end).join(""), finding });
    place = end;
  }
  if (place < points.length) cut.push({ text: points.slice(place).join(""), finding: null });
  return cut;
}

/** The text with every replacement that the guard knows; null where it knows none. */
export function safeWording(text: string, findings: readonly Finding[]): string | null {
  const points = [...text];
  let edge = points.length;
  let isChanged = false;
  for (const { start, end, replacement } of [...findings].sort((a, b) => b.end - a.end)) {
    if (replacement === null || replacement === undefined || end > edge) continue;
    points.splice(start, end - start, replacement);
    edge = start;
    isChanged = true;
  }
  return isChanged ? points.join("") : null;
}
