/** How are times said? All of them as the shop's clock shows them. */
import { onScopeDispose, readonly, ref } from "vue";

const ZONE = "Asia/Shanghai";
const TIME = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
const DAY = new Intl.DateTimeFormat("zh-CN", { timeZone: ZONE, year: "numeric", month: "2-digit", day: "2-digit" });

export const timeOf = (at: string): string => TIME.format(new Date(at));
export const dayOf = (at: string): string => DAY.format(new Date(at));

/** A span in minutes and seconds, or in hours when it is long. */
export function span(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1000));
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  const two = (n: number) => String(n).padStart(2, "0");
  if (hours >= 24) return `${Math.floor(hours / 24)}d`;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}

const now = ref(Date.now());
let users = 0;
let timer: ReturnType<typeof setInterval> | undefined;

/** The present moment, moving every second while somebody looks. */
export function useNow() {
  users += 1;
  timer ??= setInterval(() => (now.value = Date.now()), 1000);
  onScopeDispose(() => {
    users -= 1;
    if (users > 0) return;
    clearInterval(timer);
    timer = undefined;
  });
  return readonly(now);
}
