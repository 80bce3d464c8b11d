import { useState } from 'preact/hooks';
import { get } from '../../api/client';
import { useData } from '../../api/data';
import type { Listener } from '../../api/exporters';
import { Button, Copy, Empty } from '../../ui/parts';

const devices: readonly (readonly [string, (host: string, port: string) => string])[] = [
  ['softflowd', (host, port) => `softflowd -i eth0 -n ${host}:${port} -v 10 -A milli -t maxlife=60`],
  ['MikroTik', (host, port) => [
    '/ip traffic-flow set enabled=yes interfaces=all active-flow-timeout=1m inactive-flow-timeout=15s',
    `/ip traffic-flow target add dst-address=${host} port=${port} version=ipfix`,
  ].join('\n')],
  ['Cisco IOS XE', (host, port) => [
    'flow exporter RPC', ` destination ${host}`, ` transport udp ${port}`, ' export-protocol ipfix', ' template data timeout 60',
    'flow record RPC', ' match ipv4 source address', ' match ipv4 destination address', ' match ipv4 protocol',
    ' match transport source-port', ' match transport destination-port', ' collect transport tcp flags', ' collect counter bytes long',
    ' collect counter packets long', ' collect timestamp absolute first', ' collect timestamp absolute last',
    'flow monitor RPC', ' exporter RPC', ' record RPC', ' cache timeout active 60', ' cache timeout inactive 15',
    'interface GigabitEthernet1', ' ip flow monitor RPC input',
  ].join('\n')],
  ['Juniper MX', (host, port) => [
    'set services flow-monitoring version-ipfix template rpc ipv4-template',
    'set services flow-monitoring version-ipfix template rpc flow-active-timeout 60',
    'set services flow-monitoring version-ipfix template rpc flow-inactive-timeout 15',
    'set services flow-monitoring version-ipfix template rpc template-refresh-rate seconds 60',
    'set forwarding-options sampling instance rpc input rate 1',
    `set forwarding-options sampling instance rpc family inet output flow-server ${host} port ${port} version-ipfix template rpc`,
    'set forwarding-options sampling instance rpc family inet output inline-jflow source-address 192.0.2.1',
    'set chassis fpc 0 sampling-instance rpc',
    'set interfaces ge-0/0/0 unit 0 family inet sampling input',
  ].join('\n')],
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
      {isLocalOnly && <> That is this machine alone: set <code>Udp:Listen</code> to <code>*:2055</code> for devices elsewhere.</>}</p>
      <div class="devices" role="group" aria-label="Which device">{devices.map(([title], i) => (
        <Button class={i === device ? 'on' : ''} aria-pressed={i === device} onClick={() => setDevice(i)}>{title}</Button>))}</div>
      <div class="paste"><span class="faint">{name}</span><Copy text={text} label={`the commands for ${name}`} /><pre>{text}</pre></div>
      <p class="dim">To try it without any device, send a recorded attack that ends now: <code>RpcCollector demo</code>, or
        <code> RpcCollector send --now FILE --to 127.0.0.1:{port}</code>. Logs of Zeek and Suricata are read, too: they are no exporters and
        do not show up here.</p>
    </Empty>
  );
}
