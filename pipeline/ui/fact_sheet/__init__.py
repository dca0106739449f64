"""The page an SME answers on: plain HTML over the review service, without Streamlit and without JavaScript."""
