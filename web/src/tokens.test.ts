import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { describe, expect, it } from 'vitest';

import { colours, toCss } from './tokens';

const SOURCE = import.meta.dirname;

function channel(hex: string): number {
  const value = parseInt(hex, 16) / 255;
  return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
}

function luminance(colour: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => channel(colour.slice(at, at + 2))) as [number, number, number];
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(a: string, b: string): number {
  const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

describe('the design tokens', () => {
  it('are the only place that names a colour or a text size', () => {
    const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
    for (const name of files.filter((file) => /\.(css|tsx)$/.test(file))) {
      const code = readFileSync(join(SOURCE, name), 'utf8');
      expect([name, code.match(/#[0-9a-f]{3,8}\b|rgba?\(|hsla?\(|font-size:\s*\d/gi)]).toEqual([name, null]);
    }
  });

  it('name every custom property that a style sheet uses', () => {
    const known = new Set([...toCss().matchAll(/(--[\w-]+):/g)].map(([, name]) => name));
    const files = readdirSync(SOURCE, { recursive: true, encoding: 'utf8' });
    for (const name of files.filter((file) => file.endsWith('.css'))) {
      const code = readFileSync(join(SOURCE, name), 'utf8');
      const asked = [...code.matchAll(/var\((--[csf]-[\w-]+)/g)].map(([, property]) => property);
      expect([name, asked.filter((property) => !known.has(property))]).toEqual([name, []]);
    }
  });

  it.each([
    ['ink', 'desk'], ['inkSoft', 'desk'], ['inkFaint', 'desk'], ['inkFaint', 'paper'],
    ['inkFaint', 'veil'], ['inkFaint', 'accentSoft'], ['accent', 'desk'], ['accent', 'accentSoft'],
    ['done', 'doneSoft'], ['done', 'paper'], ['soon', 'soonSoft'], ['soon', 'paper'],
    ['overdue', 'overdueSoft'], ['overdue', 'paper'], ['paper', 'accent'], ['ink', 'heat5'],
  ] as const)('%s can be read on %s (4.5:1)', (text, ground) => {
    expect(contrast(colours[text], colours[ground])).toBeGreaterThanOrEqual(4.5);
  });

  it('draw the border of an input visibly (3:1)', () => {
    expect(contrast(colours.control, colours.paper)).toBeGreaterThanOrEqual(3);
  });
});
