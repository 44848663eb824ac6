/** `tree` of a manifest: the stage of its entries walks a tree. As in a config, in YAML. */
import type { StageTree } from '../../core/stage-tree.ts';
import { nearest } from '../../protocol/nearest.ts';
import { belowPattern, completeTree } from '../../protocol/tree-settings.ts';
import type { Field, Refuse, Tree } from './tree.ts';

const hint = 'write `tree: {module: ./visit.js, root: "{root}", output: "out/{id}.yaml"}`';

/** Throws by `refuse` for anything that a tree cannot be. */
export const readTreeStage = ({ value, nameOffset }: Field, refuse: Refuse): StageTree => {
  if (value.kind !== 'map') return refuse(value.offset, '`tree` holds names with values', hint);
  const tree = completeTree(
    Object.fromEntries([...value.fields].map(([name, field]) => [name, readSetting(name, field, refuse)])),
  );
  const missing = (['module', 'root', 'output'] as const).find((name) => !value.fields.has(name));
  return missing === undefined ? tree : refuse(nameOffset, `\`tree\` has no \`${missing}\``, hint);
};

const settings = ['module', 'root', 'threads', 'min_siblings', 'min_subtree', 'output'];

const readSetting = (name: string, { value, nameOffset }: Field, refuse: Refuse): string | number => {
  if (!settings.includes(name)) {
    const near = nearest(name, settings);
    const meant = near === null ? '' : `; did you mean \`${near}\`?`;
    return refuse(nameOffset, `\`tree\` has no setting \`${name}\`${meant}`, `known here: ${settings.join(', ')}`);
  }
  const text = textOf(value);
  switch (name) {
    case 'root':
      return text ?? refuse(value.offset, '`root` is a text', hint);
    case 'module':
    case 'output':
      return text !== null && belowPattern.test(text)
        ? text
        : refuse(value.offset, `\`${name}\` is a path below the folder in which the entry runs`, hint);
    default:
      if (name === 'threads' && text === 'auto') return text;
      return text !== null && /^[1-9]\d{0,3}$/.test(text) && (name !== 'threads' || Number(text) <= 1024)
        ? Number(text)
        : refuse(value.offset, `\`${name}\` is a whole number from 1${name === 'threads' ? ', or auto' : ''}`, hint);
  }
};

const textOf = (tree: Tree): string | null => (tree.kind === 'text' ? tree.text : null);
