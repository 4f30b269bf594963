export { readSettings, type SettingsSources, settingNames } from './settings.ts';
