export const DECAY_DETECTORS = ['window_accuracy', 'window_skill', 'sequential'] as const;
/** What noticed that a model got worse: a test of its latest outcomes, or the detector that every outcome is evidence for. */
export type DecayDetector = (typeof DECAY_DETECTORS)[number];

export const DETECTOR_EVENTS = ['start', 'point', 'alarm'] as const;
/** The sequential detector begins; it stands where it stands; or it raises an alarm, after which it goes on from 0. */
export type DetectorEvent = (typeof DETECTOR_EVENTS)[number];
