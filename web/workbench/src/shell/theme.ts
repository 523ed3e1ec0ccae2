/** Light or dark? As the machine is set, until somebody chooses. */
import { ref } from "vue";

const KEY = "xiaoer.theme";
const wish = matchMedia("(prefers-color-scheme: dark)");
export const isDark = ref(false);

export function beginTheme(): void {
  show(chosen() ?? wish.matches);
  wish.addEventListener("change", () => show(chosen() ?? wish.matches));
}

export function chooseTheme(dark: boolean): void {
  localStorage.setItem(KEY, dark ? "dark" : "light");
  show(dark);
}

function chosen(): boolean | null {
  const kept = localStorage.getItem(KEY);
  return kept === null ? null : kept === "dark";
}

function show(dark: boolean): void {
  isDark.value = dark;
  document.documentElement.classList.toggle("dark", dark);
}
