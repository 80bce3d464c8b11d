const whole = new Intl.NumberFormat('en-US');

export function count(value: number): string {
  return whole.format(value);
}

export function octets(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB'];
  let size = value;
  let unit = 0;
  while (size >= 1024 && unit < units.length - 1) {
    size /= 1024;
    unit++;
  }
  return `${unit === 0 ? size : size.toFixed(size < 10 ? 1 : 0)} ${units[unit]}`;
}

export function share(value: number): string {
  return `${(value * 100).toFixed(value > 0.999 && value < 1 ? 2 : 0)} %`;
}

export function plural(number: number, one: string, many = one + 's'): string {
  return `${count(number)} ${number === 1 ? one : many}`;
}
