/** Which language does the page speak? Chinese unless somebody chose English. */
import { createI18n } from "vue-i18n";
import { en } from "./en";
import { zh } from "./zh-CN";

type Widened<T> = { [K in keyof T]: T[K] extends string ? string : Widened<T[K]> };
export type Words = Widened<typeof zh>;
export type Locale = "zh-CN" | "en";

const KEY = "xiaoer.locale";

export const i18n = createI18n({
  legacy: false,
  locale: localStorage.getItem(KEY) === "en" ? "en" : "zh-CN",
  fallbackLocale: "zh-CN",
  messages: { "zh-CN": zh as Words, en },
});

export function chooseLocale(locale: Locale): void {
  i18n.global.locale.value = locale;
  localStorage.setItem(KEY, locale);
  document.documentElement.lang = locale;
}
