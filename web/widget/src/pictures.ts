/** Brings a picture to the server, and says in words why one cannot go. */

import { words } from "./strings";

export const KINDS = ["image/jpeg", "image/png", "image/webp", "image/gif"];
const LONGEST_UPLOAD = 90_000;
const LARGEST = 8 * 1024 * 1024;

/** The server, or the way to it, did not take the picture. */
export class UploadError extends Error {
  constructor(
    message: string,
    /** Trying again with the same picture would change nothing. */
    readonly isFinal: boolean,
  ) {
    super(message);
  }
}

/** Why this file cannot be sent; null when it can. */
export function refusalOf(file: File): string | null {
  if (!KINDS.includes(file.type)) return words.pictureKind;
  if (file.size === 0) return words.pictureEmpty;
  return file.size > LARGEST ? words.pictureSize : null;
}

/** Uploads a picture; returns what a message calls it. */
export function upload(
  file: File,
  target: { url: string; token: string },
  onProgress: (percent: number) => void,
): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest(); // fetch tells no progress
    request.open("POST", target.url);
    request.setRequestHeader("Authorization", `Bearer ${target.token}`);
    request.setRequestHeader("Content-Type", file.type);
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) {
        onProgress(Math.round((event.loaded / event.total) * 100));
      }
    };
    request.onload = () => {
      const name = request.status === 201 ? nameIn(request.responseText) : null;
      if (name !== null) resolve(name);
      else reject(errorOf(request.status));
    };
    request.timeout = LONGEST_UPLOAD; // what is written after it waits for it
    request.onerror = request.ontimeout = () => reject(errorOf(0));
    request.send(file);
  });
}

function nameIn(body: string): string | null {
  try {
    const answer = JSON.parse(body) as { picture?: unknown };
    return typeof answer.picture === "string" ? answer.picture : null;
  } catch {
    return null;
  }
}

function errorOf(status: number): UploadError {
  if (status === 413) return new UploadError(words.pictureSize, true);
  if (status === 415) return new UploadError(words.pictureKind, true);
  if (status === 400) return new UploadError(words.pictureUnreadable, true);
  if (status === 429) return new UploadError(words.pictureTooOften, false);
  return new UploadError(words.pictureFailed, false);
}
