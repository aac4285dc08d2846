from allmende.portal.forms.first import FirstSignInForm
from allmende.portal.forms.invitations import CodeForm, ComeInForm, InvitationForm
from allmende.portal.forms.leaving import LeavingForm
from allmende.portal.forms.log import LogForm
from allmende.portal.forms.mails import AddressForm, MailFilterForm
from allmende.portal.forms.people import AbsenceForm, AdmitForm, RoleForm, SuspensionForm
from allmende.portal.forms.portals import NewPortalForm, PortalForm
from allmende.portal.forms.prepared import AccountForOtherForm
from allmende.portal.forms.recognition import DecideRecognitionForm
from allmende.portal.forms.search import SearchForm
from allmende.portal.forms.second_factor import ResetForm
from allmende.portal.forms.settings import FactsForm, LookForm, ModuleForm, WordsForm
from allmende.portal.forms.texts import TextForm
from allmende.portal.forms.topics import TopicForm, TopicFormSet, save_topic_forms, topic_rows

__all__ = [
    "AbsenceForm",
    "AccountForOtherForm",
    "AddressForm",
    "AdmitForm",
    "CodeForm",
    "ComeInForm",
    "DecideRecognitionForm",
    "FactsForm",
    "FirstSignInForm",
    "InvitationForm",
    "LeavingForm",
    "LogForm",
    "LookForm",
    "MailFilterForm",
    "ModuleForm",
    "NewPortalForm",
    "PortalForm",
    "ResetForm",
    "RoleForm",
    "SearchForm",
    "SuspensionForm",
    "TextForm",
    "TopicForm",
    "TopicFormSet",
    "WordsForm",
    "save_topic_forms",
    "topic_rows",
]
