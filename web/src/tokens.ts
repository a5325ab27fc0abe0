/**
 * Every colour and size of the web face. vite.config.ts turns this object into CSS custom
 * properties (--ink, --gap-2 …), theme.ts into antd's theme; nothing else names a colour.
 */
export const colours = {
  paper: '#ffffff',
  desk: '#f7f5f1', // the warm grey under the pages
  veil: '#faf9f6', // table heads, quiet panels
  line: '#e6e2da',
  lineStrong: '#cbc5b9',
  control: '#8d877b', // borders of inputs: 3:1 on paper
  ink: '#24211c',
  inkSoft: '#514c43',
  inkFaint: '#6b655a', // 5.6:1 on paper, 5.1:1 on desk
  accent: '#1d4b87',
  accentHover: '#2a5fa3',
  accentPress: '#153a6b',
  accentSoft: '#edf2f9',
  accentLine: '#c3d3e8',
  done: '#2c6a3f', // green: only what is done
  doneSoft: '#ecf4ee',
  doneLine: '#bcd8c4',
  soon: '#7d5200',
  soonSoft: '#fcf4e3',
  soonLine: '#ead5a5',
  overdue: '#ad2318', // red: only what is overdue, and the head of an official document
  overdueSoft: '#fcefed',
  overdueLine: '#eec6c1',
  heat1: '#f0f5fb', // how much, from little to much; the number always stands beside
  heat2: '#d6e4f3',
  heat3: '#b4cde8',
  heat4: '#8fb4dc',
  heat5: '#6d9bcf',
} as const;

export const sizes = {
  gap1: '4px',
  gap2: '8px',
  gap3: '12px',
  gap4: '16px',
  gap5: '24px',
  gap6: '32px',
  gap7: '48px',
  radius: '4px',
  radiusLarge: '8px',
  text: '14px',
  textSmall: '13px',
  textTiny: '12px',
  textLarge: '16px',
  textTitle: '20px',
  textHead: '24px',
  control: '36px',
  header: '56px',
  actionBar: '64px',
  rail: '304px',
  page: '1600px',
  reading: '760px',
  narrow: '440px',
} as const;

export const typography = {
  family:
    '"PingFang SC", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "Source Han Sans SC", system-ui, sans-serif',
  mono: 'ui-monospace, "SFMono-Regular", "Cascadia Mono", Consolas, "Noto Sans Mono CJK SC", monospace',
  lineHeight: '1.6',
} as const;

/** CSS cannot read custom properties in media queries, so these are shared by name in code and CSS. */
export const breakpoints = { phone: 720, rail: 1280 } as const;

function kebab(name: string): string {
  return name.replace(/([A-Z])/g, '-$1').replace(/(\d+)/g, '-$1').toLowerCase();
}

/** The tokens as one CSS rule: --c-ink, --s-gap-2, --f-family. */
export function toCss(): string {
  const rows = [
    ...Object.entries(colours).map(([name, value]) => `--c-${kebab(name)}:${value}`),
    ...Object.entries(sizes).map(([name, value]) => `--s-${kebab(name)}:${value}`),
    ...Object.entries(typography).map(([name, value]) => `--f-${kebab(name)}:${value}`),
  ];
  return `:root{${rows.join(';')}}`;
}
