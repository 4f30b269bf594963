export { type ContractCase, ContractError } from './contract-case.ts';
export { featureContract } from './feature/feature-contract.ts';
export { labelerContract } from './labeler/labeler-contract.ts';
