export { type ContractCase, ContractError } from './contract-case.ts';
export { labelerContract } from './labeler/labeler-contract.ts';
