/** The icons of the window. */

import { icon } from "./dom";

export const chatIcon = () =>
  icon("M4 5.5h16v11H11l-4.5 3.5v-3.5H4z", "M8.5 11h.01M12 11h.01M15.5 11h.01");
export const closeIcon = () => icon("M6 6l12 12M18 6L6 18");
export const downIcon = () => icon("M12 5v14M6 13l6 6 6-6");
export const menuIcon = () => icon("M5 12h.01M12 12h.01M19 12h.01");
export const personIcon = () =>
  icon("M12 12.5a4 4 0 1 0 0-8 4 4 0 0 0 0 8z", "M4.5 20c1-3.6 4-5 7.5-5s6.5 1.4 7.5 5");
export const pictureIcon = () =>
  icon(
    "M4 5h16v14H4z",
    "M4 16l4.5-4.5 4 4 2.5-2.5 5 5",
    "M15.5 9.5h.01",
  );
export const sendIcon = () => icon("M5 12L20 5l-5 15-3.5-6.5z", "M11.5 13.5L20 5");
export const starIcon = () =>
  icon("M12 3.6l2.6 5.3 5.8.8-4.2 4.1 1 5.8-5.2-2.7-5.2 2.7 1-5.8-4.2-4.1 5.8-.8z");
export const orderIcon = () => icon("M6 3.5h12v17l-3-2-3 2-3-2-3 2z", "M9 8.5h6M9 12.5h6");
export const itemIcon = () => icon("M5 8h14l1 12H4z", "M8.5 8a3.5 3.5 0 0 1 7 0");
