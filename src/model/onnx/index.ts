export { type DecodeForeignOptions, decodeForeignPredictor } from '../foreign/decode-foreign-predictor.ts';
export { type DecodeOptions, decodeModel, readMetadata, readModel } from './decode-model.ts';
export { encodeModel } from './encode-model.ts';
