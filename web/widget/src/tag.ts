/** What the script tag says. */

import type { Identity, Subject } from "./protocol";
import type { WidgetOptions } from "./widget";

/** What a tag says; null when it does not say which shop. */
export function optionsOf(tag: HTMLScriptElement): WidgetOptions | null {
  const data = tag.dataset;
  if (!data.shop) return null;
  return {
    server: new URL(tag.src).origin,
    shop: data.shop,
    isPage: data.page !== undefined,
    look: {
      ...(data.colour && { colour: data.colour }),
      ...(data.position && { position: data.position }),
    },
    identity: identityOf(data),
    subject: subjectOf(data),
  };
}

function identityOf(data: DOMStringMap): Identity {
  const { userId, userHash, userName } = data;
  const isProven = Boolean(userId && userHash);
  return {
    ...(isProven && { user_id: userId as string, user_hash: userHash as string }),
    ...(userName && { user_name: userName }),
  };
}

function subjectOf(data: DOMStringMap): Subject {
  return {
    ...(data.itemId && { item_id: data.itemId }),
    ...(data.orderId && { order_id: data.orderId }),
  };
}
