// Many clients push images of their own: k6 run k6/push.js
//   VUS (8), DURATION (30s), LAYER_KIB (1024)
import { number, pushBlob, pushManifest, randomBytes } from './lib.js';

const LAYER_BYTES = number('LAYER_KIB', 1024) * 1024;

export const options = {
  vus: number('VUS', 8),
  duration: __ENV.DURATION || '30s',
  thresholds: { checks: ['rate==1.0'] },
};

export default function () {
  const repository = `k6/push-${__VU}`;
  const digest = pushBlob(repository, randomBytes(LAYER_BYTES));
  pushManifest(repository, `v${__ITER}`, [{ digest, size: LAYER_BYTES }]);
}
