import type { DaysLeft, TaskSummary } from '../api/types';

export type ChipTone = 'none' | 'calm' | 'soon' | 'overdue';
export type ChipWords =
  | 'chip.none'
  | 'chip.today'
  | 'chip.left_days'
  | 'chip.left_working_days'
  | 'chip.over_days'
  | 'chip.over_working_days';
export type Chip = { tone: ChipTone; words: ChipWords; amount: number };

const TONES: Record<NonNullable<TaskSummary['light']>, ChipTone> = {
  green: 'calm',
  yellow: 'soon',
  red: 'overdue',
};

/** What the days-left chip says. The server counts; tone, words and amount only tell it. */
export function chipOf(daysLeft: DaysLeft | null, light: TaskSummary['light']): Chip {
  if (!daysLeft) return { tone: 'none', words: 'chip.none', amount: 0 };
  const tone = light ? TONES[light] : toneOf(daysLeft.amount);
  const { unit, amount } = daysLeft;
  if (amount < 0) {
    const words = unit === 'working_days' ? 'chip.over_working_days' : 'chip.over_days';
    return { tone: 'overdue', words, amount: -amount };
  }
  if (amount === 0) return { tone: tone === 'calm' ? 'soon' : tone, words: 'chip.today', amount };
  const words = unit === 'working_days' ? 'chip.left_working_days' : 'chip.left_days';
  return { tone, words, amount };
}

function toneOf(amount: number): ChipTone {
  if (amount < 0) return 'overdue';
  return amount <= 3 ? 'soon' : 'calm';
}
