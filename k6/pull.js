// Many devices pull one image each time anew: k6 run k6/pull.js
//   VUS (32), DURATION (30s), LAYER_KIB (8192), LAYERS (3)
import { getBlob, getManifest, number, pushBlob, pushManifest, randomBytes } from './lib.js';

const LAYER_BYTES = number('LAYER_KIB', 8192) * 1024;
const REPOSITORY = 'k6/pull';

export const options = {
  vus: number('VUS', 32),
  duration: __ENV.DURATION || '30s',
  thresholds: { checks: ['rate==1.0'] },
};

export function setup() {
  const layers = [];
  for (let i = 0; i < number('LAYERS', 3); i++) {
    layers.push({ digest: pushBlob(REPOSITORY, randomBytes(LAYER_BYTES)), size: LAYER_BYTES });
  }
  pushManifest(REPOSITORY, 'stable', layers);
}

export default function () {
  const manifest = getManifest(REPOSITORY, 'stable').json();
  for (const layer of manifest.layers) {
    getBlob(REPOSITORY, layer.digest);
  }
}
