/** Who is typing: ours is told now and then, theirs is shown for a while. */

const TOLD_EVERY = 3_000;
const SHOWN_FOR = 6_000;

export class Typing {
  /** Who types on the other side. */
  sender: "assistant" | "agent" | null = null;
  private toldAt = 0;
  private ends: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly onChange: () => void) {}

  /** The buyer types: tells it, unless that was done a moment ago. */
  tell(send: () => boolean): void {
    const now = Date.now();
    if (now - this.toldAt >= TOLD_EVERY && send()) this.toldAt = now;
  }

  show(sender: "assistant" | "agent"): void {
    this.sender = sender;
    clearTimeout(this.ends);
    this.ends = setTimeout(() => {
      this.sender = null;
      this.onChange();
    }, SHOWN_FOR);
    this.onChange();
  }

  end(): void {
    this.sender = null;
  }
}
