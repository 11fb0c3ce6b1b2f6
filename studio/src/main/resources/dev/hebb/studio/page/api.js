// The studio's JSON API and its stream of events.
import { said } from './i18n.js';

/** What an endpoint answers; throws an Error with the server's own sentence where it refuses. */
export function get(path) {
  return ask(path, { headers: { Accept: 'application/json' } });
}

/** Sends a JSON body. The header is what a page of another site cannot send. */
export function post(path, body = {}) {
  return ask(path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Hebb': '1' },
    body: JSON.stringify(body),
  });
}

export function remove(path) {
  return ask(path, { method: 'DELETE', headers: { 'X-Hebb': '1' } });
}

async function ask(path, request) {
  let response;
  try {
    response = await fetch(path, request);
  } catch (cause) {
    throw new Error('offline', { cause });
  }
  const text = await response.text();
  const answer = text && response.headers.get('Content-Type')?.includes('json') ? JSON.parse(text) : undefined;
  if (!response.ok) {
    const error = new Error(said(answer?.error ?? `${response.status} ${response.statusText}`.trim()));
    error.status = response.status;
    throw error;
  }
  return answer;
}

/**
 * Listens to a stream of server-sent events: {name: data => …}. Two more names tell of the
 * connection: open, with whether events may have been missed, and lost. Gives a function that ends
 * it. The browser reconnects by itself, except after an answer that is no stream; then we do. A
 * hidden tab does not listen: browsers allow only six connections to a server.
 */
export function listen(path, listeners) {
  let source;
  let timer;
  let wait = 500;
  let opened = false;
  const connect = () => {
    if (document.hidden) {
      return;
    }
    source = new EventSource(path);
    source.onopen = () => {
      wait = 500;
      listeners.open?.(opened);
      opened = true;
    };
    source.onerror = () => {
      listeners.lost?.();
      if (source.readyState === EventSource.CLOSED) {
        timer = setTimeout(connect, wait);
        wait = Math.min(10_000, wait * 2);
      }
    };
    for (const [name, listener] of Object.entries(listeners)) {
      if (name !== 'open' && name !== 'lost') {
        source.addEventListener(name, ({ data }) => data && data !== 'null' && listener(JSON.parse(data)));
      }
    }
  };
  const end = () => {
    clearTimeout(timer);
    source?.close();
  };
  const follow = () => {
    end();
    connect();
  };
  document.addEventListener('visibilitychange', follow);
  connect();
  return () => {
    document.removeEventListener('visibilitychange', follow);
    end();
  };
}
