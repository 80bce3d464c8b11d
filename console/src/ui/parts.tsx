import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiError } from '../api/client';
import { session } from '../api/session';
import type { HostRef, SeverityName } from '../api/types';
import { linkTo } from '../router';
import { techniqueName, techniqueShort, techniqueUrl } from '../words';
import { ago, exact } from './time';

/** A page: its heading, what acts on all of it, and its content. */
export function Page(props: {
  title: string; sub?: ComponentChildren; tools?: ComponentChildren; above?: ComponentChildren; children: ComponentChildren;
}) {
  useEffect(() => { document.title = `${props.title} · RpcCollector`; }, [props.title]);
  return (
    <main id="main" tabIndex={-1}>
      {props.above}
      <header class="page-head">
        <div class="page-title"><h1><bdi>{props.title}</bdi></h1>{props.sub && <p class="sub">{props.sub}</p>}</div>
        {props.tools && <div class="tools">{props.tools}</div>}
      </header>
      {props.children}
    </main>
  );
}

/** How bad it would be: a word, and a form beside the colour. */
export function Severity(props: { of: SeverityName | string }) {
  return <span class={`severity ${props.of}`}>{props.of}</span>;
}

export function Tag(props: { children: ComponentChildren; tone?: 'good' | 'bad' | 'warn' | 'plain'; title?: string }) {
  return <span class={`tag ${props.tone ?? 'plain'}`} title={props.title}>{props.children}</span>;
}

/** A link that leaves the sensor: opened beside it, and told nothing. */
export function External(props: { href: string; children: ComponentChildren; title?: string }) {
  return /^https:\/\//.test(props.href)
    ? <a class="external" href={props.href} target="_blank" rel="noopener noreferrer" title={props.title}>{props.children}</a>
    : <span title={props.title}>{props.children}</span>;
}

/** An ATT&CK technique: its number leads to MITRE's page, its name stands beside it. */
export function Technique(props: { id: string; short?: boolean }) {
  const [name, url] = [techniqueName(props.id), techniqueUrl(props.id)];
  const shown = props.short ? techniqueShort(props.id) : name;
  const number = url === null ? <bdi>{props.id}</bdi>
    : <External href={url} title={name === '' ? props.id : `${props.id} ${name}`}>{props.id}</External>;
  return <span class="technique">{number}{shown !== '' && <span class="name">{shown}</span>}</span>;
}

/** A host by name, its address beside it; leads to its page. */
export function Host(props: { of: HostRef; quiet?: boolean }) {
  const { address, name } = props.of;
  return (
    <a class="host" href={linkTo(['hosts', address])}>
      {name ? <><bdi class="host-name">{name}</bdi>{!props.quiet && <span class="address">{address}</span>}</>
        : <span class="address alone">{address}</span>}
    </a>
  );
}

/** How long ago, with the very time on hover and for copying. */
export function Time(props: { at: string | null | undefined; full?: boolean }) {
  if (!props.at) return <span class="faint">–</span>;
  return <time dateTime={props.at} title={exact(props.at)}>{props.full ? exact(props.at) : ago(props.at)}</time>;
}

export function Empty(props: { title: string; children?: ComponentChildren }) {
  return <div class="empty"><h2>{props.title}</h2>{props.children}</div>;
}

/** What went wrong, and how to try again. */
export function Failure(props: { error: ApiError; retry?: () => void }) {
  return (
    <div class="failure" role="alert">
      {props.error.lines.map(line => <p>{line}</p>)}
      {props.retry && <Button onClick={props.retry}>Try again</Button>}
    </div>
  );
}

/** Shown when an answer takes long: after 300 ms, so that what is quick does not flicker. */
export function Waiting(props: { what?: string }) {
  const [isLong, setLong] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setLong(true), 300);
    return () => clearTimeout(timer);
  }, []);
  return <div class="waiting" role="status" aria-live="polite">{isLong && <><span class="bar" aria-hidden="true" />{props.what ?? 'Loading'}…</>}</div>;
}

type ButtonProps = Omit<JSX.IntrinsicElements['button'], 'ref'> & { tone?: 'main' | 'danger' | 'quiet' };

export function Button({ tone, class: own, ...rest }: ButtonProps) {
  return <button type="button" {...rest} class={`button ${tone ?? ''} ${typeof own === 'string' ? own : ''}`} />;
}

export function Field(props: { label: string; hint?: string; children: ComponentChildren }) {
  return <label class="field"><span class="label">{props.label}</span>{props.children}{props.hint && <span class="hint">{props.hint}</span>}</label>;
}

/** A question above the page; Escape closes it, and what had the focus gets it back. */
export function Dialog(props: { title: string; wide?: boolean; onClose: () => void; children: ComponentChildren }) {
  const dialog = useRef<HTMLDialogElement>(null);

  // While somebody has to log in again it waits with the page behind it: a dialog that is open keeps all else from being used.
  const isOut = session.value?.role === null;
  useEffect(() => {
    if (isOut) {
      dialog.current?.close();
      return;
    }

    const before = document.activeElement;
    dialog.current?.showModal();

    // What is asked first has the focus, not the way out.
    dialog.current?.querySelector<HTMLElement>('form input, form textarea, form select')?.focus();
    return () => { if (before instanceof HTMLElement) before.focus(); };
  }, [isOut]);
  return (
    <dialog ref={dialog} class={props.wide ? 'wide' : ''} aria-label={props.title} onCancel={event => { event.preventDefault(); props.onClose(); }}>
      <header><h2>{props.title}</h2><Button tone="quiet" aria-label="Close" onClick={props.onClose}>×</Button></header>
      {props.children}
    </dialog>
  );
}

/** Text that people paste elsewhere. */
export function Copy(props: { text: string; label?: string }) {
  const [copied, setCopied] = useState(false);
  const copy = async () => {
    try { await navigator.clipboard.writeText(props.text); } catch {
      // Without TLS browsers give no clipboard: the old way.
      const area = document.createElement('textarea');
      area.value = props.text;
      document.body.append(area);
      area.select();
      document.execCommand('copy');
      area.remove();
    }
    setCopied(true);
    setTimeout(() => setCopied(false), 1_500);
  };
  return <Button tone="quiet" onClick={copy} aria-label={`Copy ${props.label ?? ''}`}>{copied ? 'Copied' : 'Copy'}</Button>;
}
