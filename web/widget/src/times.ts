/** Moments in the words of a buyer, in the buyer's own time zone. */

import { words } from "./strings";

const DAY = 86_400_000;

/** 「今天 13:00」「明天 09:00」「周一 09:00」「12月1日 09:00」 */
export function upcoming(at: Date, now: Date): string {
  const days = daysBetween(now, at);
  return `${dayWord(at, days)} ${clock(at)}`;
}

/** 「10:32」 today, with the day before. */
export function past(at: Date, now: Date): string {
  const days = daysBetween(now, at);
  return days === 0 ? clock(at) : `${dayWord(at, days)} ${clock(at)}`;
}

/** The date of a string from the server; null for what is none. */
export function dateOf(text: string | null | undefined): Date | null {
  const at = new Date(text ?? "");
  return Number.isNaN(at.getTime()) ? null : at;
}

function dayWord(at: Date, days: number): string {
  if (days === 0) return words.today;
  if (days === 1) return words.tomorrow;
  if (days === -1) return words.yesterday;
  if (days > 1 && days < 7) return words.weekdays[at.getDay()] ?? "";
  return `${at.getMonth() + 1}月${at.getDate()}日`;
}

function clock(at: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${two(at.getHours())}:${two(at.getMinutes())}`;
}

function daysBetween(from: Date, to: Date): number {
  const midnight = (at: Date) =>
    Date.UTC(at.getFullYear(), at.getMonth(), at.getDate());
  return Math.round((midnight(to) - midnight(from)) / DAY);
}
