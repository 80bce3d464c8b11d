import { useState } from 'preact/hooks';
import { get } from '../../api/client';
import { useData } from '../../api/data';
import type { Listener } from '../../api/exporters';
import { Button, Copy, Empty } from '../../ui/parts';

const devices: readonly (readonly [string, (host: string, port: string) => string])[] = [
  ['softflowd', (host, port) => `softflowd -i eth0 -v 10 -t maxlife=60 -n ${host}:${port}`],
  ['MikroTik', (host, port) => `/ip traffic-flow set enabled=yes interfaces=all active-flow-timeout=1m inactive-flow-timeout=15s\n/ip traffic-flow target add dst-address=${host} port=${port} version=ipfix`],
  ['Cisco IOS XE', (host, port) => `flow exporter RPC\n destination ${host}\n transport udp ${port}\n export-protocol ipfix\n template data timeout 60\nflow monitor RPC\n record netflow ipv4 original-input\n exporter RPC\n cache timeout active 60\n cache timeout inactive 15\ninterface GigabitEthernet1\n ip flow monitor RPC input`],
  ['FortiGate', (host, port) => `config system netflow\n set collector-ip ${host}\n set collector-port ${port}\n set active-flow-timeout 60\n set inactive-flow-timeout 15\nend\nconfig system interface\n edit port1\n  set netflow-sampler both\n next\nend`],
];

/** Nothing sends yet: where to send, with what. */
export function FirstExporter() {
  const { data } = useData('listeners', signal => get<{ listeners?: readonly Listener[] }>('system', {}, signal).catch(() => ({ listeners: undefined })));
  const [device, setDevice] = useState(0);
  const listeners = (data?.listeners ?? []).filter(one => one.protocol.toLowerCase() === 'udp');
  const isLocalOnly = listeners.length > 0 && listeners.every(one => /^(127\.|\[::1\])/.test(one.endpoint));
  const port = listeners[0]?.endpoint.split(':').at(-1) ?? '2055';
  const host = isLocalOnly ? '127.0.0.1' : location.hostname.replace(/^\[|\]$/g, '');
  const [name, commands] = devices[device]!;
  const text = commands(host, port);
  return (
    <Empty title="No exporter yet">
      <p>Point the routers, firewalls or probes between clients and servers at this sensor: NetFlow v5, v9 or IPFIX over UDP,
        unsampled, with an active timeout of a minute or so.</p>
      <p>{listeners.length === 0 ? <>It listens on UDP <strong>{port}</strong> unless the settings say otherwise.</>
        : <>It listens on {listeners.map((one, i) => <>{i > 0 ? ', ' : ''}<code>{one.endpoint}</code></>)} (UDP).</>}
      {isLocalOnly && ' That is this machine alone: set Udp:Listen to *:2055 for devices elsewhere.'}</p>
      <div class="devices" role="group" aria-label="Which device">{devices.map(([title], i) => (
        <Button class={i === device ? 'on' : ''} aria-pressed={i === device} onClick={() => setDevice(i)}>{title}</Button>))}</div>
      <div class="paste"><span class="faint">{name}</span><Copy text={text} label={`the commands for ${name}`} /><pre>{text}</pre></div>
      <p class="dim">To try it without any device, send a recorded attack that ends now: <code>RpcCollector demo</code>, or
        <code> RpcCollector send --now FILE --to 127.0.0.1:{port}</code>. Logs of Zeek and Suricata are read, too: they are no exporters and
        do not show up here.</p>
    </Empty>
  );
}
