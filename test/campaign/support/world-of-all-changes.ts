import type { Side, World } from './world.ts';

const gateway = (desc: string, services: readonly string[], parts: Partial<Side> = {}): Side => ({
  type: 'gateway',
  status: 'published',
  header: 'apikey',
  services,
  desc,
  ...parts,
});
const external = (desc: string, parts: Partial<Side> = {}): Side => ({
  type: 'external',
  status: 'published',
  header: '',
  services: [],
  desc,
  ...parts,
});

/** A world that needs every kind of change in one run, with subscribers of most products. */
export function worldOfAllChanges(): World {
  return {
    changes: [
      { name: 'Same', before: gateway('same', ['same']), after: gateway('same', ['same']), active: 1 },
      { name: 'Edited', before: gateway('old', ['edited']), after: gateway('new', ['edited']), active: 2 },
      {
        name: 'Locked',
        before: gateway('old', ['locked']),
        after: gateway('new', ['locked'], { header: 'x-key' }),
        active: 2,
        pending: 1,
      },
      {
        name: 'Giver',
        before: gateway('giver', ['giver', 'gift']),
        after: gateway('giver', ['giver']),
        active: 1,
      },
      {
        name: 'Taker',
        before: gateway('taker', ['taker']),
        after: gateway('taker', ['taker', 'gift']),
        active: 1,
      },
      {
        name: 'Ring 1',
        before: gateway('r', ['home1', 'r1']),
        after: gateway('r', ['home1', 'r2']),
        active: 1,
      },
      {
        name: 'Ring 2',
        before: gateway('r', ['home2', 'r2']),
        after: gateway('r', ['home2', 'r3']),
        active: 1,
      },
      {
        name: 'Ring 3',
        before: gateway('r', ['home3', 'r3']),
        after: gateway('r', ['home3', 'r1']),
        active: 1,
      },
      { name: 'Shape', before: gateway('shape', ['shape']), after: external('shape'), active: 1, pending: 1 },
      { name: 'Document', before: external('document'), after: gateway('document', ['shape']) },
      {
        name: 'New name',
        oldName: 'Old name',
        before: gateway('n', ['name']),
        after: gateway('n', ['name']),
        active: 1,
      },
      { name: 'Gone', before: gateway('gone', ['gone']), active: 1 },
      { name: 'Fresh', after: gateway('fresh', ['fresh']) },
    ],
  };
}
