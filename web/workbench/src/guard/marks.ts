/** Which words does the guard mean, and what is the safe wording? Pure. */
import type { Finding } from "../api/client";

/** The words that a finding means; its positions count code points. */
export function quoted(text: string, finding: Finding): string {
  return [...text].slice(finding.start, finding.end).join("");
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
