/** A shop's colour, made readable. */

export const DEFAULT_COLOUR = "#c2410c";
const ENOUGH = 4.5;

/** The colour as #rrggbb; the default for anything else. */
export function colourOf(...candidates: (string | null | undefined)[]): string {
  const found = candidates.find((one) => /^#[0-9a-f]{6}$/i.test(one ?? ""));
  return (found ?? DEFAULT_COLOUR).toLowerCase();
}

/** White, or black where white could not be read. */
export function inkOn(colour: string): string {
  return contrast(colour, "#ffffff") >= ENOUGH ? "#ffffff" : "#000000";
}

/** The colour itself, or a darker one that can be read on a light ground. */
export function readable(colour: string, ground = "#f4f4f6"): string {
  let parts = channels(colour);
  while (contrast(hex(parts), ground) < ENOUGH) {
    parts = parts.map((part) => Math.floor(part * 0.9));
  }
  return hex(parts);
}

export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(one), luminance(other)];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = channels(colour).map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

function channels(colour: string): number[] {
  return [1, 3, 5].map((at) => parseInt(colour.slice(at, at + 2), 16));
}

function hex(parts: number[]): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, "0")).join("")}`;
}
