/** How an exporter is told to send here. */
interface ExporterKind {
  readonly name: string;
  /** Where the lines go. */
  readonly where: string;
  readonly lines: (sensor: string, port: string) => string;
}

export const exporterKinds: readonly ExporterKind[] = [
  {
    name: 'softflowd (Linux)', where: 'on a machine that sees the traffic, or a mirror of it',
    lines: (sensor, port) => `softflowd -i eth0 -v 10 -A milli -t maxlife=60s -n ${sensor}:${port}`,
  },
  {
    name: 'Cisco IOS XE', where: 'in configure terminal; the interface is yours to name',
    lines: (sensor, port) => [
      'flow exporter RPC', ` destination ${sensor}`, ` transport udp ${port}`, ' export-protocol ipfix',
      'flow monitor RPC', ' exporter RPC', ' cache timeout active 60', ' record netflow ipv4 original-input',
      'interface GigabitEthernet0/0/0', ' ip flow monitor RPC input',
    ].join('\n'),
  },
  {
    name: 'Juniper MX, SRX', where: 'in configuration mode; besides, a sampling instance with rate 1 on the interface',
    lines: (sensor, port) => [
      'set services flow-monitoring version-ipfix template RPC flow-active-timeout 60 ipv4-template',
      'set forwarding-options sampling instance RPC input rate 1',
      `set forwarding-options sampling instance RPC family inet output flow-server ${sensor} port ${port} version-ipfix template RPC`,
    ].join('\n'),
  },
  {
    name: 'MikroTik RouterOS', where: 'in the terminal',
    lines: (sensor, port) =>
      `/ip traffic-flow set enabled=yes active-flow-timeout=1m\n/ip traffic-flow target add dst-address=${sensor} port=${port} version=ipfix`,
  },
  {
    name: 'Fortinet FortiGate', where: 'in the CLI, FortiOS 7.2; newer ones have a table of collectors',
    lines: (sensor, port) => [
      'config system netflow', ` set collector-ip ${sensor}`, ` set collector-port ${port}`, ' set active-flow-timeout 60', 'end',
      'config system interface', ' edit port1', '  set netflow-sampler both', 'end',
    ].join('\n'),
  },
  {
    name: 'Palo Alto', where: 'in configuration mode',
    lines: (sensor, port) => [
      `set shared server-profile netflow RPC server SENSOR host ${sensor} port ${port}`,
      'set network interface ethernet ethernet1/1 layer3 netflow-profile RPC', 'commit',
    ].join('\n'),
  },
  {
    name: 'OpenBSD pflow', where: 'as root; and "set state-defaults pflow" in pf.conf',
    lines: (sensor, port) => `ifconfig pflow0 create flowsrc ADDRESS flowdst ${sensor}:${port} pflowproto 10`,
  },
  {
    name: 'Open vSwitch', where: 'on the hypervisor',
    lines: (sensor, port) =>
      `ovs-vsctl -- set Bridge br0 ipfix=@i -- --id=@i create IPFIX targets=\\"${sensor}:${port}\\" sampling=1 cache_active_timeout=60`,
  },
  {
    name: 'pmacct (pmacctd)', where: 'in pmacctd.conf',
    lines: (sensor, port) => `plugins: nfprobe\nnfprobe_receiver: ${sensor}:${port}\nnfprobe_version: 10\nnfprobe_timeouts: expint=10:maxlife=60`,
  },
  {
    name: 'Zeek', where: 'a setting of this sensor: the folder of its logs is followed, and operations get their names',
    lines: () => 'RpcCollector__Zeek__Folders__0=/opt/zeek/logs/current',
  },
  {
    name: 'Suricata', where: 'a setting of this sensor: the file is followed, and operations get their names',
    lines: () => 'RpcCollector__Suricata__Files__0=/var/log/suricata/eve.json',
  },
];
