// A playground on the server: its state, its stream of frames, and what is done to it.
import { useEffect, useState } from '../ui.js';
import { get, listen, post } from '../api.js';

const API = '/api/playground/';
const KEPT = 'hebb.playground';

/**
 * Opens the playground of this window, or finds it again. Frames do not go through Preact: they
 * come many times a second, and who draws them listens with onFrame.
 */
class Session {
  state;
  options;
  error;
  listeners = new Set();
  painters = new Set();
  waiting;
  sending = false;
  frameAsked = false;
  first;

  async open() {
    try {
      this.options ??= await get(API + 'options');
      this.state = await this.found();
      this.follow();
      this.error = undefined;
    } catch (error) {
      this.error = error;
    }
    this.tell();
  }

  async found() {
    const kept = sessionStorage.getItem(KEPT);
    if (kept) {
      try {
        return await get(API + kept);
      } catch (error) {
        if (error.status !== 404) {
          throw error;
        }
      }
    }
    const state = await post(API, { scene: this.options.scenes[0].id });
    sessionStorage.setItem(KEPT, state.id);
    return state;
  }

  follow() {
    this.stop?.();
    this.stop = listen(`${API}${this.state.id}/frames`, {
      update: (update) => this.take(update),
      alive: () => {},
      lost: () => this.recover(),
    });
  }

  /** A stream that ends may mean that the playground was closed; then a new one is opened. */
  async recover() {
    try {
      await get(API + this.state.id);
    } catch (error) {
      if (error.status === 404) {
        this.stop?.();
        await this.open();
      }
    }
  }

  leave() {
    this.stop?.();
    this.stop = undefined;
  }

  take(update) {
    const before = this.state.update;
    if (update.sequence <= before.sequence || update.build !== before.build) {
      return; // older, or of settings whose answer is still on its way
    }
    this.state.update = update;
    if (update.frame.step > before.frame.step) {
      const { step, train, test } = update.frame;
      this.state.curve.push({ step, train: train.loss, test: test.loss });
    }
    if (update.isRunning !== before.isRunning || update.isDiverged !== before.isDiverged || update.speed !== before.speed) {
      this.tell();
    }
    this.paint();
  }

  /** Draws the newest frame when the browser next paints, however many came in between. */
  paint() {
    if (!this.frameAsked) {
      this.frameAsked = true;
      requestAnimationFrame(() => {
        this.frameAsked = false;
        this.painters.forEach((painter) => painter(this.state));
      });
    }
  }

  tell() {
    this.listeners.forEach((listener) => listener());
    if (this.state) {
      this.paint();
    }
  }

  /** Replaces the state by the answer to a request; throws what the server refuses. */
  async ask(what, body) {
    const state = await post(`${API}${this.state.id}/${what}`, body);
    if (state.update.sequence > this.state.update.sequence) {
      this.state = state;
    }
    this.tell();
  }

  /** Changes settings; while one change is on its way only the newest other one waits. */
  async change(settings) {
    this.waiting = settings;
    if (this.sending) {
      return;
    }
    this.sending = true;
    try {
      while (this.waiting) {
        const next = this.waiting;
        this.waiting = undefined;
        await this.ask('settings', next);
      }
    } finally {
      this.sending = false;
      this.tell();
    }
  }

  show(scene) {
    return this.ask('scene', { scene });
  }

  load(csv) {
    return this.ask('csv', { csv });
  }

  async control(action, values = {}) {
    this.take(await post(`${API}${this.state.id}/control`, { action, ...values }));
  }

  arithmetic(point) {
    return get(`${API}${this.state.id}/arithmetic?point=${point}`);
  }

  address(what) {
    return `${API}${this.state.id}/${what}`;
  }
}

const session = new Session();

/** The playground of this window; the component is drawn again when it changes, not at each frame. */
export function useSession() {
  const [, redraw] = useState(0);
  useEffect(() => {
    const listener = () => redraw((n) => n + 1);
    session.listeners.add(listener);
    session.open();
    return () => {
      session.listeners.delete(listener);
      session.leave();
    };
  }, []);
  return session;
}

/** Calls back with the state at each frame that is painted. */
export function useFrames(paint, inputs) {
  useEffect(() => {
    session.painters.add(paint);
    session.paint();
    return () => session.painters.delete(paint);
  }, inputs);
}

/** Base64 of signed bytes as numbers of -1 … 1. */
export function surface(text) {
  return Float32Array.from(bytes(text), (byte) => ((byte << 24) >> 24) / 127);
}

/** Base64 as bytes. */
export function bytes(text) {
  return Uint8Array.from(atob(text), (c) => c.charCodeAt(0));
}
