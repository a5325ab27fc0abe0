import type { Plugin } from 'vite';

const FOLDER = /bpmn-js-token-simulation\/lib\/features\/.*\/(\w+)\.js$/;

/**
 * The token simulation hard-codes English, in code and in templates. For each of its files: what
 * stands there, and what takes its place (see form-words.ts); an upgrade that drops one fails the build.
 */
export const SIMULATION_CODE: Record<string, Record<string, string>> = {
  ResetSimulation: {
    'title="Reset Simulation"': `title="\${__formWord('simulation.reset')}"`,
    "text: 'Reset Simulation'": "text: __formWord('simulation.was_reset')",
  },
  PauseSimulation: {
    'title="Play/Pause Simulation"': `title="\${__formWord('simulation.play_pause')}"`,
    "text: 'Pause Simulation'": "text: __formWord('simulation.paused')",
    "text: 'Play Simulation'": "text: __formWord('simulation.playing')",
  },
  ElementSupport: {
    "text: 'Found unsupported elements'": "text: __formWord('simulation.some_unsupported')",
    "text: 'Not supported'": "text: __formWord('simulation.unsupported')",
  },
  SetAnimationSpeed: {
    'Set animation speed = ${ label }': "${__formWord('simulation.speed', label)}",
  },
  Log: {
    'No Entries': "${__formWord('simulation.no_entries')}",
    "'<p class=\"bts-entry placeholder\">${__formWord('simulation.no_entries')}</p>'":
      "`<p class=\"bts-entry placeholder\">${__formWord('simulation.no_entries')}</p>`",
    'title="Toggle Simulation Log"': `title="\${__formWord('simulation.log')}"`,
  },
  ShowScopes: {
    'title="Focus process instance ${scope.id}"': `title="\${__formWord('simulation.focus', scope.id)}"`,
  },
  ExclusiveGatewayHandler: { 'title="Set Sequence Flow"': `title="\${__formWord('simulation.choose_way')}"` },
  TriggerHandler: { 'title="Trigger Event"': `title="\${__formWord('simulation.trigger')}"` },
  PauseHandler: {
    "${ wait ? 'Remove' : 'Add' } pause point":
      "${wait ? __formWord('simulation.remove_pause') : __formWord('simulation.add_pause')}",
  },
};

export function rewriteSimulation(file: string, code: string): { code: string; missing: string[] } {
  const missing: string[] = [];
  for (const [from, to] of Object.entries(SIMULATION_CODE[file] ?? {})) {
    if (!code.includes(from)) missing.push(from);
    code = code.replaceAll(from, () => to);
  }
  return { code, missing };
}

export function simulationWords(): Plugin {
  return {
    name: 'simulation-words',
    enforce: 'pre',
    transform(code, id) {
      const file = FOLDER.exec(id)?.[1];
      if (!file || !(file in SIMULATION_CODE)) return undefined;
      const result = rewriteSimulation(file, code);
      if (result.missing.length > 0) {
        this.error(`simulation-words: not found in ${file}: ${result.missing.join(' | ')}`);
      }
      return {
        code: `import { formWord as __formWord } from '/src/forms/words.ts';\n${result.code}`,
        map: null,
      };
    },
  };
}
