drop table sign_in_failures;
drop table tokens;
drop table members;
drop table workspaces;
